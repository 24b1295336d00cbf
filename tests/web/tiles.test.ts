import { VectorTile } from '@mapbox/vector-tile'
import Pbf from 'pbf'
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve, type Served } from './served'

let server: Served

beforeAll(async () => {
  server = await serve()
})
afterAll(async () => {
  await server?.stop()
})

describe('tiles read by @mapbox/vector-tile', () => {
  /** Features of a layer in one tile, by id. */
  async function tileFeatures(address: string, layer: string) {
    const answer = await fetch(address)
    expect(answer.status).toBe(200)
    const tile = new VectorTile(new Pbf(new Uint8Array(await answer.arrayBuffer())))
    const found = new Map<number, Record<string, unknown>>()
    const tileLayer = tile.layers[layer]
    for (let i = 0; i < (tileLayer?.length ?? 0); i++) {
      const feature = tileLayer.feature(i)
      expect(feature.loadGeometry().length).toBeGreaterThan(0)
      found.set(feature.id!, feature.properties)
    }
    return found
  }

  test('carry the ids and mu of the features in their box', async () => {
    const near = await (await fetch(`${server.address}/query/near?lon=116.605&lat=39.675&radius_m=5000&layer=parcels&limit=1`)).json()
    const [lon, latitude] = (await (await fetch(`${server.address}/ogc/collections/parcels/items/${near.features[0].properties.id}`)).json())
      .geometry.coordinates.flat(3) as number[]
    const z = 14
    const x = Math.floor(((lon + 180) / 360) * 2 ** z)
    const y = Math.floor(((1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z)
    const inTile = await tileFeatures(`${server.address}/tiles/land/${z}/${x}/${y}`, 'parcels')
    const west = (x / 2 ** z) * 360 - 180
    const east = ((x + 1) / 2 ** z) * 360 - 180
    const lat = (row: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** z))) * 180) / Math.PI
    const page = await (await fetch(`${server.address}/ogc/collections/parcels/items?limit=10000&bbox=${west},${lat(y + 1)},${east},${lat(y)}`)).json()
    expect(page.features.length).toBe(page.numberMatched)
    expect(page.features.length).toBeGreaterThan(0)
    for (const feature of page.features) {
      expect(inTile.get(feature.id)?.mu, `feature ${feature.id}`).toBeCloseTo(feature.properties.mu, 9)
      expect(inTile.get(feature.id)?.DLBM).toBe(feature.properties.DLBM)
    }
  })

  test('the style is valid by MapLibre’s own specification', async () => {
    const style = await (await fetch(`${server.address}/styles/plan.json`)).json()
    expect(validateStyleMin(style)).toEqual([])
  })
})
