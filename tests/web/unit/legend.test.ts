import { readFileSync } from 'node:fs'
import { createPropertyExpression, featureFilter, latest, validateStyleMin, type StyleSpecification } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, test } from 'vitest'
import { legendOf, scaledStyle, styleLayersOf, zoomsOf } from '../../../src/web/map/legend'
import { parseHatch } from '../../../src/web/map/patterns'
import { evaluate, swatchParts } from '../../../src/web/map/swatch'
import { texts } from '../../../src/web/shared/texts'

const style = JSON.parse(readFileSync('../../styles/plan.json', 'utf8')) as StyleSpecification
const groups = legendOf(style as never)
const entries = groups.flatMap((group) => group.entries)

describe('the legend that the style declares', () => {
  test('stands in a style that is valid by MapLibre’s own specification', () => {
    const complete = structuredClone(style)
    for (const source of Object.values(complete.sources)) Object.assign(source, { url: 'http://127.0.0.1/tiles/x.json' })
    expect(validateStyleMin(complete)).toEqual([])
  })

  test('reads the plan first: the three rings, then land, flags and the base', () => {
    expect(groups.map((group) => group.group)).toEqual(['inner', 'ring', 'outer', 'land', 'flags', 'base'])
  })

  test('has an entry for every layer that belongs to one, and layers for every entry', () => {
    const known = new Set(entries.map((entry) => entry.entry))
    for (const layer of style.layers) {
      const entry = (layer.metadata as Record<string, string> | undefined)?.['caitu:entry']
      if (entry) expect(known, layer.id).toContain(entry)
      else expect(['background', 'districts']).toContain(layer.id)
    }
    for (const entry of entries) expect(styleLayersOf(style as never, entry.entry).length, entry.entry).toBeGreaterThan(0)
  })

  test('names its groups and classes in both languages', () => {
    for (const { groups: names, classes } of Object.values(texts)) {
      for (const group of groups) expect(names).toHaveProperty([group.group])
      for (const entry of entries) for (const each of entry.classes ?? []) expect(classes).toHaveProperty([each.name])
    }
  })

  test('draws something of every entry and class, in colours that a browser knows', () => {
    for (const entry of entries) {
      for (const { value } of entry.classes ?? [{ value: '' }]) {
        const layers = styleLayersOf(style as never, entry.entry)
        const parts = swatchParts(layers, value, Math.max(12, zoomsOf(style as never, entry.entry).from))
        expect(parts.length, entry.entry).toBeGreaterThan(0)
        for (const part of parts) {
          if (part.kind === 'hatch') expect(parseHatch(part.colour), part.colour).not.toBeNull()
          else expect(part.colour).toMatch(/^#[0-9a-f]{6}$/)
          expect(part.opacity).toBeGreaterThan(0)
        }
      }
    }
  })

  test('evaluates paint as MapLibre does', () => {
    const attribute: Record<string, string> = { 'vegetable-land': 'growing', structures: 'kind', parcels: 'DLBM' }
    for (const entry of entries) {
      for (const layer of styleLayersOf(style as never, entry.entry)) {
        for (const [name, value] of Object.entries((layer.paint ?? {}) as Record<string, unknown>)) {
          if (!Array.isArray(value) || name.endsWith('dasharray')) continue
          const spec = (latest as never as Record<string, Record<string, never>>)[`paint_${layer.type}`][name]
          const made = createPropertyExpression(value as never, spec)
          if (made.result !== 'success') throw new Error(`${layer.id} ${name}`)
          for (const zoom of [5, 8.5, 12, 15]) {
            for (const each of entry.classes ?? [{ value: '' }]) {
              const feature = { type: 'Polygon' as const, properties: { [attribute[entry.entry] ?? 'x']: each.value } }
              const theirs = made.value.evaluate({ zoom } as never, feature as never)
              const ours = evaluate(value, each.value, zoom)
              if (typeof ours === 'number') expect(theirs, `${layer.id} ${name}`).toBeCloseTo(ours, 9)
              else expect(String(theirs), `${layer.id} ${name}`).toBe(String(expressionColour(ours as string)))
            }
          }
        }
      }
    }
  })

  test('grows text, points and lines for large screens and leaves filters and colours as they are', () => {
    const grown = scaledStyle(style as never, 2)
    expect(grown.layers.map((layer) => layer.id)).toEqual(style.layers.map((layer) => layer.id))
    const towns = grown.layers.find((layer) => layer.id === 'label-towns')!
    expect((towns.layout as Record<string, unknown>)['text-size']).toEqual(['interpolate', ['linear'], ['zoom'], 9, 22, 13, 32])
    expect(featureFilter(towns.filter as never)).toBeDefined()
    expect(validateStyleMin({ ...(grown as never as StyleSpecification), sources: Object.fromEntries(Object.keys(style.sources).map((id) => [id, { type: 'vector' as const, url: 'http://127.0.0.1/x' }])) })).toEqual([])
  })
})

function expressionColour(colour: string): unknown {
  const made = createPropertyExpression(['to-color', colour] as never, (latest as never as Record<string, Record<string, never>>).paint_fill['fill-color'])
  if (made.result !== 'success') throw new Error(colour)
  return made.value.evaluate({ zoom: 1 } as never)
}
