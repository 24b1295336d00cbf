import { describe, expect, test } from 'vitest'
import { city, drawn, expectClean, openMap, params, rendered } from './map_page'
import { browser, server } from './session'

const input = '[role=combobox][aria-controls=search-list]'
const option = '#search-list [role=option]'

/** The first value of a field in a layer, to search by. */
async function someValue(layer: string, field: string): Promise<string> {
  const page = await (await fetch(`${server.address}/ogc/collections/${layer}/items?limit=100`)).json()
  return page.features.map((feature: { properties: Record<string, string | null> }) => feature.properties[field]).find(Boolean)
}

describe('the search', () => {
  test('finds a town while it is typed, flies there, opens its card and says so in the address', async () => {
    const { page, seen } = await openMap(browser, server.address, city)
    await page.fill(input, '长子营')
    await page.waitForSelector(option)
    expect(await page.textContent(option)).toContain('长子营镇')
    await page.click(option)
    await page.waitForFunction(() => window.caituMap!.getZoom() > 10)
    await drawn(page)
    await expect.poll(() => page.textContent('.card h2')).toContain('长子营镇')
    expect(params(page).get('feature')).toMatch(/^towns\/\d+$/)
    expect(params(page).get('at')).toMatch(/^116\.\d+,39\.\d+$/)
    await expect.poll(async () => (await rendered(page, 'marks-line')).length).toBeGreaterThan(0)
    expectClean(seen)
    await page.close()
  })

  test('is worked by the keyboard alone: arrows choose, Enter goes, Escape closes', async () => {
    const { page } = await openMap(browser, server.address, city)
    await page.focus(input)
    await page.keyboard.type('大兴')
    await page.waitForSelector(option)
    expect(await page.getAttribute(input, 'aria-expanded')).toBe('true')
    await page.keyboard.press('ArrowDown')
    expect(await page.getAttribute(input, 'aria-activedescendant')).toBe('search-option-0')
    await page.keyboard.press('Escape')
    expect(await page.getAttribute(input, 'aria-expanded')).toBe('false')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.card')
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2')
    await page.close()
  })

  test('finds roads by number, bases, parcels and filings', async () => {
    const { page } = await openMap(browser, server.address, city)
    for (const [layer, field] of [['roads', 'ref'], ['ring_bases', 'base_id'], ['parcels', 'BSM'], ['facilities', 'filing_no']]) {
      const value = await someValue(layer, field)
      await page.fill(input, value)
      await expect.poll(() => page.textContent('#search-list'), { message: `${layer} ${value}` }).toContain(value)
    }
    await page.close()
  })

  test('goes to coordinates as they are pasted, in either order and in degrees and minutes', async () => {
    const { page } = await openMap(browser, server.address, city)
    for (const text of ['116.605, 39.675', '39.675 116.605', '39°40′30″N 116°36′18″E']) {
      await page.fill(input, text)
      await page.keyboard.press('Enter')
      await expect.poll(() => params(page).get('at')).toBe('116.605000,39.675000')
      await page.waitForSelector('.card')
      await page.click('.card-close')
    }
    await page.waitForFunction(() => window.caituMap!.getZoom() >= 14.9)
    await page.close()
  })

  test('gives up a request whose answer is no longer wanted, and says when there is nothing', async () => {
    const { page } = await openMap(browser, server.address, city)
    await page.route('**/query/find?text=%E5%A4%A7*', async (route) => {
      await new Promise((later) => setTimeout(later, 1500))
      await route.continue().catch(() => undefined)
    })
    await page.fill(input, '大')
    const stale = page.waitForEvent('requestfailed', (request) => request.url().includes('/query/find'))
    await page.waitForRequest((request) => request.url().includes('/query/find'))
    await page.fill(input, '没有这样的地方')
    await stale
    await expect.poll(() => page.textContent('.search-panel')).toContain('没有找到')
    await page.close()
  })
})
