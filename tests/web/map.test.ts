import { mkdirSync } from 'node:fs'
import { VectorTile } from '@mapbox/vector-tile'
import Pbf from 'pbf'
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, serve, watch, type Served } from './served'

let server: Served
let browser: Browser

beforeAll(async () => {
  mkdirSync('shots', { recursive: true })
  server = await serve()
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function openMap(page: Page, view: string) {
  await page.goto(`${server.address}/${view}`)
  await page.waitForSelector('body[data-map=idle]', { timeout: 60_000 })
}

describe('the map at /', () => {
  for (const [name, view] of [['city', '#8.2/40.05/116.55'], ['town', '#12.3/39.675/116.605'], ['parcel', '#15.2/39.675/116.605']]) {
    test(`draws the plan at ${name} zoom, with no error and no request off the host`, async () => {
      const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
      const seen = watch(page, server.address)
      await openMap(page, view)
      await page.screenshot({ path: `shots/plain-${name}.png` })
      expect(seen.errors).toEqual([])
      expect(seen.elsewhere).toEqual([])
      expect(seen.tiles.size).toBeGreaterThan(0)
      await page.close()
    }, 90_000)
  }

  test('a click shows everything at the point, with its town', async () => {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
    await openMap(page, '#15.2/39.675/116.605')
    await page.mouse.click(683, 400)
    await page.waitForSelector('.card')
    expect(await page.textContent('.card-place')).toContain('大兴区')
    await page.close()
  }, 90_000)
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
