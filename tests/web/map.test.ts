import { VectorTile } from '@mapbox/vector-tile'
import Pbf from 'pbf'
import { describe, expect, test } from 'vitest'
import { city, desk, expectClean, follow, openMap, phone, rendered, shoot, wall } from './map_page'
import { browser, server, spot } from './session'

/** Every tile can be read by the reference decoder, geometry and all. Returns the layers met. */
function decode(tiles: Map<string, Buffer>): Set<string> {
  const layers = new Set<string>()
  for (const [address, bytes] of tiles) {
    const tile = new VectorTile(new Pbf(new Uint8Array(bytes)))
    for (const [name, layer] of Object.entries(tile.layers)) {
      layers.add(name)
      for (let i = 0; i < layer.length; i++) expect(layer.feature(i).loadGeometry().length, address).toBeGreaterThan(0)
    }
  }
  return layers
}

const sizes = { phone, desk, wall }
const views = () => ({ city, town: spot.town, parcel: spot.parcel })
const expected = { city: ['reserve', 'districts-outline'], town: ['reserve', 'towns', 'parcels'], parcel: ['parcels', 'parcels-outline'] }

describe('the map at /', () => {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const language of ['zh', 'en']) {
      test(`is drawn at city, town and parcel zoom on a ${size} in ${language}, without a fault or a request off the host`, async () => {
        const { page, seen } = await openMap(browser, server.address, `${city}&lang=${language}`, viewport)
        for (const [name, view] of Object.entries(views())) {
          await follow(page, `${view}&lang=${language}`)
          await shoot(page, `${name}-${size}-${language}`)
          for (const layer of expected[name as keyof typeof expected]) expect((await rendered(page, layer)).length, layer).toBeGreaterThan(0)
        }
        expect(await page.getAttribute('html', 'lang')).toBe(language === 'zh' ? 'zh-CN' : 'en')
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width)
        const layers = decode(seen.tiles)
        for (const layer of ['districts', 'towns', 'reserve', 'parcels', 'labels']) expect(layers).toContain(layer)
        expectClean(seen)
        await page.close()
      }, 120_000)
    }
  }

  test('names every town once, with its total below zoom 12 and without from there on', async () => {
    const { page, seen } = await openMap(browser, server.address, '#map=10.5/39.7/116.5')
    await page.waitForFunction(() => window.caituMap!.queryRenderedFeatures({ layers: ['totals'] }).length > 0)
    const names = (await rendered(page, 'totals')).map((each) => each.properties.name)
    expect(names.length).toBeGreaterThan(3)
    expect(new Set(names).size).toBe(names.length)
    expect(await rendered(page, 'label-towns')).toEqual([])
    expect((await rendered(page, 'totals')).some((each) => /\d.*亩/.test(String(each.properties.text)))).toBe(true)
    await follow(page, spot.town)
    const ids = (await rendered(page, 'label-towns')).map((each) => each.id)
    expect(ids.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
    expect(await rendered(page, 'totals')).toEqual([])
    expectClean(seen)
    await page.close()
  })

  test('says that the data are made up, which totals it shows, and how long its scale is', async () => {
    const { page } = await openMap(browser, server.address, city)
    expect(await page.textContent('.notice')).toContain('虚构')
    expect(await page.getAttribute('.scale', 'aria-label')).toMatch(/\d+ 公里/)
    expect(await page.textContent('.totals')).toContain('计两次')
    await page.close()
  })
})
