import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Collection } from '../shared/queries'

/** What the legend shows and turns on and off together: `layers` are the land layers of which it takes the first that is there. */
export interface LegendEntry {
  entry: string
  layers: string[]
  classes?: { value: string; name: string }[]
}

export interface LegendGroup {
  group: string
  entries: LegendEntry[]
}

function metadata(of: { metadata?: unknown }): Record<string, unknown> {
  return (of.metadata ?? {}) as Record<string, unknown>
}

/** The legend as the style declares it in its metadata. */
export function legendOf(style: StyleSpecification): LegendGroup[] {
  return (metadata(style)['caitu:legend'] ?? []) as LegendGroup[]
}

/** The style's layers that an entry turns on and off, bottom first. */
export function styleLayersOf(style: StyleSpecification, entry: string): LayerSpecification[] {
  return style.layers.filter((layer) => metadata(layer)['caitu:entry'] === entry)
}

/** The zooms at which an entry draws anything but labels. */
export function zoomsOf(style: StyleSpecification, entry: string): { from: number; to: number } {
  const drawn = styleLayersOf(style, entry).filter((layer) => layer.type !== 'symbol')
  return {
    from: Math.min(...drawn.map((layer) => layer.minzoom ?? 0)),
    to: Math.max(...drawn.map((layer) => layer.maxzoom ?? 24)),
  }
}

/** The land layer that an entry stands for: the first of its layers that has an edition. */
export function collectionOf(entry: LegendEntry, collections: Collection[]): Collection | null {
  for (const layer of entry.layers) {
    const found = collections.find((each) => each.id === layer)
    if (found) return found
  }
  return null
}

/** A style whose text and points are `factor` times as large: for screens of few pixels to the degree of sight. */
export function scaledStyle(style: StyleSpecification, factor: number): StyleSpecification {
  if (factor === 1) return style
  const scaled = (value: unknown): unknown => {
    if (typeof value === 'number') return value * factor
    if (!Array.isArray(value) || value[0] !== 'interpolate') return value
    return value.map((each, i) => (i >= 4 && i % 2 === 0 ? each * factor : each))
  }
  const layers = structuredClone(style.layers).map((layer) => {
    for (const [part, name] of [['layout', 'text-size'], ['paint', 'circle-radius'], ['paint', 'line-width']] as const) {
      const held = (layer as unknown as Record<string, Record<string, unknown> | undefined>)[part]
      if (held?.[name] !== undefined) held[name] = scaled(held[name])
    }
    return layer
  })
  return { ...style, layers }
}
