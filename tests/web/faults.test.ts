import { describe, expect, test } from 'vitest'
import { openMap, rendered } from './map_page'
import { browser, server, spot } from './session'

describe('what a person is told when something fails', () => {
  test('a server that does not answer is named, and a retry mends the card', async () => {
    const { page } = await openMap(browser, server.address, spot.parcel)
    await page.route('**/query/at*', (route) => route.abort('connectionrefused'))
    await page.click('.map canvas')
    await expect.poll(() => page.textContent('.card')).toContain('服务器没有应答')
    await page.unroute('**/query/at*')
    await page.click('.card >> text=重试')
    await page.waitForSelector('.card-layer')
    await page.close()
  })

  test('a refusal is told in the server’s own words', async () => {
    const { page } = await openMap(browser, server.address, spot.parcel)
    await page.route('**/query/find*', (route) => route.fulfill({
      status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, detail: 'too many requests are waiting' }),
    }))
    await page.fill('[role=combobox][aria-controls=search-list]', '长子营')
    await expect.poll(() => page.textContent('.search-panel')).toContain('503')
    expect(await page.textContent('.search-panel')).toContain('too many requests are waiting')
    await page.unroute('**/query/find*')
    await page.click('.search-panel >> text=重试')
    await page.waitForSelector('#search-list [role=option]')
    await page.close()
  })

  test('a map whose style does not come is fetched again', async () => {
    const page = await browser.newPage()
    await page.route('**/styles/plan.json', (route) => route.abort('connectionrefused'))
    await page.goto(`${server.address}/${spot.parcel}`)
    await page.waitForSelector('[data-fault=mapFailed]')
    await page.unroute('**/styles/plan.json')
    await page.click('[data-fault=mapFailed] button')
    await page.waitForSelector('body[data-map=idle]')
    expect((await rendered(page, 'parcels')).length).toBeGreaterThan(0)
    await page.close()
  })

  test('a browser without WebGL is told so', async () => {
    const page = await browser.newPage()
    await page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null
    })
    await page.goto(`${server.address}/`)
    await page.waitForSelector('[data-fault=noWebGl]')
    expect(await page.textContent('[data-fault=noWebGl]')).toContain('WebGL')
    await page.close()
  })
})
