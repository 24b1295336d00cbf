import type { LayerSpecification } from 'maplibre-gl'

/** One thing drawn in a legend's swatch, bottom first. */
export interface SwatchPart {
  kind: 'area' | 'hatch' | 'outline' | 'line' | 'circle'
  colour: string
  opacity: number
  /** Of the line, or of the circle's rim. */
  width: number
  dash: number[] | null
  /** Of the circle's rim. */
  rim: string | null
}

/**
 * A paint value as it is for one class at one zoom: of the expressions that styles/ use (match, and interpolate over the
 * zoom) the branch is taken; of anything else, the value itself.
 */
export function evaluate(value: unknown, className: string, zoom: number): unknown {
  if (!Array.isArray(value)) return value
  if (value[0] === 'match') {
    for (let i = 2; i + 1 < value.length; i += 2) {
      const labels = Array.isArray(value[i]) ? value[i] : [value[i]]
      if (labels.includes(className)) return value[i + 1]
    }
    return value[value.length - 1]
  }
  if (value[0] === 'interpolate') {
    const stops = value.slice(3) as number[]
    let at = 0
    while (at + 2 < stops.length && stops[at + 2] <= zoom) at += 2
    if (at + 2 >= stops.length || zoom <= stops[at]) return stops[at + 1]
    const share = (zoom - stops[at]) / (stops[at + 2] - stops[at])
    return stops[at + 1] + share * (stops[at + 3] - stops[at + 1])
  }
  return value
}

function partsOf(layer: LayerSpecification, className: string, zoom: number, isLine: boolean): SwatchPart[] {
  const paint = (layer.paint ?? {}) as Record<string, unknown>
  const read = (name: string, otherwise: unknown) => evaluate(paint[name] ?? otherwise, className, zoom)
  const part = (kind: SwatchPart['kind'], colour: unknown, opacity: unknown, width: unknown = 0): SwatchPart =>
    ({ kind, colour: String(colour), opacity: Number(opacity), width: Number(width), dash: null, rim: null })
  switch (layer.type) {
    case 'fill':
      if (paint['fill-pattern']) return [part('hatch', paint['fill-pattern'], 1)]
      return [part('area', read('fill-color', '#000000'), read('fill-opacity', 1))]
    case 'line':
      return [{ ...part(isLine ? 'line' : 'outline', read('line-color', '#000000'), read('line-opacity', 1), read('line-width', 1)),
        dash: (paint['line-dasharray'] as number[] | undefined) ?? null }]
    case 'circle':
      return [{ ...part('circle', read('circle-color', '#000000'), read('circle-opacity', 1), read('circle-stroke-width', 0)),
        rim: String(read('circle-stroke-color', '#000000')) }]
    default:
      return []
  }
}

/**
 * How the layers of a legend entry look for one class at a zoom, so that the legend says what the map shows and no colour
 * is written twice. Layers that the style marks with "caitu:swatch": false do not show.
 */
export function swatchParts(layers: LayerSpecification[], className: string, zoom: number): SwatchPart[] {
  return layers
    .filter((layer) => (layer.metadata as Record<string, unknown> | undefined)?.['caitu:swatch'] !== false)
    .flatMap((layer) => partsOf(layer, className, zoom, (layer as { 'source-layer'?: string })['source-layer'] === 'roads'))
}
