import { describe, expect, test } from 'vitest'
import { city, drawn, expectClean, openMap, params, phone, rendered } from './map_page'
import { browser, server, spot } from './session'

const toggle = (entry: string) => `[data-entry="${entry}"]`

describe('controls of the map', () => {
  test('a legend entry takes its layers off the map and out of the address, and puts them back', async () => {
    const { page, seen } = await openMap(browser, server.address, spot.town)
    const before = (await rendered(page, 'reserve')).length
    expect(before).toBeGreaterThan(0)
    await page.click(toggle('reserve'))
    await drawn(page)
    expect(await rendered(page, 'reserve')).toEqual([])
    expect(params(page).get('hide')).toBe('reserve')
    await page.reload()
    await drawn(page)
    expect(await rendered(page, 'reserve')).toEqual([])
    expect(await page.isChecked(`${toggle('reserve')} input`)).toBe(false)
    await page.click(toggle('reserve'))
    await page.waitForFunction((count) => window.caituMap!.queryRenderedFeatures({ layers: ['reserve'] }).length === count, before)
    expect(params(page).has('hide')).toBe(false)
    expectClean(seen)
    await page.close()
  })

  test('every entry of the legend can be turned off, by the keyboard too', async () => {
    const { page } = await openMap(browser, server.address, spot.town)
    const entries = await page.$$eval('[data-entry]', (all) => all.map((each) => (each as HTMLElement).dataset.entry!))
    expect(entries.length).toBeGreaterThan(10)
    for (const entry of entries) {
      await page.focus(`${toggle(entry)} input`)
      await page.keyboard.press('Space')
    }
    await expect.poll(() => params(page).get('hide')?.split(',').sort()).toEqual([...entries].sort())
    await drawn(page)
    expect(await rendered(page, 'reserve', 'parcels', 'towns', 'roads', 'protected', 'vegetable-land')).toEqual([])
    await page.close()
  })

  test('the legend says from which zoom on a layer shows, and its 亩 and date', async () => {
    const { page } = await openMap(browser, server.address, city)
    const entry = (name: string) => page.textContent(`li:has(> ${toggle(name)})`)
    expect(await entry('parcels')).toContain('12 级')
    expect(await entry('reserve')).toContain('200,000 亩')
    expect(await entry('reserve')).toContain('2023-10-31')
    await page.close()
  })

  test('the language is switched everywhere, is kept in the address and by the browser', async () => {
    const { page, seen } = await openMap(browser, server.address, city)
    expect(await page.textContent('[data-entry=reserve]')).toContain('蔬菜生产空间')
    await page.click('button[lang=en]')
    await page.waitForFunction(() => document.querySelector('[data-entry=reserve]')!.textContent!.includes('Planned vegetable space'))
    expect(params(page).get('lang')).toBe('en')
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    expect(await page.title()).toContain('Vegetable land')
    await page.goto(`${server.address}/`)
    await drawn(page)
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    expectClean(seen)
    await page.close()
  })

  test('another layer is summed by town, or none', async () => {
    const { page } = await openMap(browser, server.address, '#map=10.5/39.7/116.5')
    await page.click('.totals .el-select')
    await page.click('.el-select-dropdown__item:has-text("耕地保护空间")')
    await expect.poll(() => params(page).get('totals')).toBe('protected')
    await page.waitForFunction(() => window.caituMap!.queryRenderedFeatures({ layers: ['totals'] }).length > 0)
    await page.click('.totals .el-select')
    await page.click('.el-select-dropdown__item:has-text("不标注")')
    await page.waitForFunction(() => window.caituMap!.queryRenderedFeatures({ layers: ['label-towns'] }).length > 0)
    expect(params(page).get('totals')).toBe('')
    await page.close()
  })

  test('buttons zoom in and out and show the whole city, and the address follows', async () => {
    const { page } = await openMap(browser, server.address, spot.town)
    await page.click('.zoom-in')
    await page.waitForFunction(() => window.caituMap!.getZoom() > 13)
    await drawn(page)
    expect(Number(params(page).get('map')!.split('/')[0])).toBeGreaterThan(13)
    await page.click('.zoom-out')
    await page.waitForFunction(() => window.caituMap!.getZoom() < 13)
    await page.click('.whole-city')
    await page.waitForFunction(() => window.caituMap!.getZoom() < 9)
    await page.close()
  })

  test('the legend is a drawer on a phone: it opens, closes by Escape and gives the focus back', async () => {
    const { page } = await openMap(browser, server.address, city, phone)
    expect(await page.isVisible('#legend')).toBe(false)
    await page.tap('.legend-open')
    expect(await page.isVisible('#legend')).toBe(true)
    await page.focus('.legend-close')
    await page.keyboard.press('Escape')
    expect(await page.isVisible('#legend')).toBe(false)
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('legend-open')
    await page.close()
  })
})
