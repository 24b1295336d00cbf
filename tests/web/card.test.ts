import { describe, expect, test } from 'vitest'
import { drawn, expectClean, openMap, params, phone, rendered, shoot } from './map_page'
import { browser, server, spot } from './session'

const centre = '.map canvas'

describe('the card of a place', () => {
  test('shows on a click everything at the point, titled as the server titles it, with its 亩', async () => {
    const { page, seen } = await openMap(browser, server.address, spot.parcel)
    await page.click(centre)
    await expect.poll(() => page.textContent('.card h2')).toContain('大兴区')
    const card = await page.textContent('.card')
    expect(card).toContain('图斑编号')
    expect(card).toMatch(/[\d,.]+ 亩/)
    expect(params(page).get('at')).toMatch(/^116\.\d+,39\.\d+$/)
    expect((await rendered(page, 'marks-at')).length).toBe(1)
    await shoot(page, 'card-desk-zh')
    await page.click('button[lang=en]')
    await expect.poll(() => page.textContent('.card')).toContain('Parcel number')
    expectClean(seen)
    await page.close()
  })

  test('opens by Enter at the centre of the map, closes by Escape, and gives the focus back to the map', async () => {
    const { page } = await openMap(browser, server.address, spot.parcel)
    await page.focus(centre)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.card')
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.card', { state: 'detached' })
    expect(params(page).has('at')).toBe(false)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('CANVAS')
    await page.close()
  })

  test('an address shows the same view, card, language and toggles to somebody else', async () => {
    const hash = `#map=14.5/${spot.lat}/${spot.lon}&lang=en&hide=roads&at=${spot.lon},${spot.lat}`
    const { page } = await openMap(browser, server.address, hash)
    await expect.poll(() => page.textContent('.card h2')).toContain('大兴区')
    expect(await page.textContent('.card')).toContain(`${spot.lon.toFixed(5)}, ${spot.lat.toFixed(5)}`)
    expect(await page.isChecked('[data-entry=roads] input')).toBe(false)
    expect([...params(page).keys()].sort()).toEqual(['at', 'hide', 'lang', 'map'])
    await page.close()
  })

  test('is a sheet on a phone that leaves the place in sight', async () => {
    const { page } = await openMap(browser, server.address, spot.parcel, phone)
    const box = (await page.locator('.stage').boundingBox())!
    await page.tap(centre, { position: { x: 180, y: box.height - 60 } })
    await page.waitForSelector('.card-layer')
    await drawn(page)
    await shoot(page, 'card-phone-zh')
    const at = params(page).get('at')!.split(',').map(Number) as [number, number]
    const below = async () => {
      const y = await page.evaluate((place) => window.caituMap!.project(place).y, at)
      return (await page.locator('.card').boundingBox())!.y - box.y - y
    }
    await expect.poll(below).toBeGreaterThan(0)
    await page.close()
  })
})
