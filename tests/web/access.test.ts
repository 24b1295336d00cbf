import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { city, desk, openMap, phone } from './map_page'
import { browser, server, spot } from './session'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  id: string
  impact: string
  nodes: { html: string }[]
}

/** Serious and critical faults that axe-core finds, as lines to read. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(() => (window as never as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run())
  return found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
}

describe('axe-core finds no serious fault', () => {
  for (const [name, viewport] of Object.entries({ desk, phone })) {
    for (const language of ['zh', 'en']) {
      test(`in the map, the card, the search and the legend on a ${name} in ${language}`, async () => {
        const { page } = await openMap(browser, server.address, `${city}&lang=${language}`, viewport)
        expect(await faults(page)).toEqual([])
        await page.fill('[role=combobox][aria-controls=search-list]', '镇')
        await page.waitForSelector('#search-list [role=option]')
        expect(await faults(page)).toEqual([])
        await page.keyboard.press('Escape')
        if (viewport === phone) {
          await page.tap('.legend-open')
          expect(await faults(page)).toEqual([])
          await page.tap('.legend-close')
        }
        await page.goto(`${server.address}/${spot.parcel}&lang=${language}&at=${spot.lon},${spot.lat}`)
        await page.waitForSelector('.card-layer')
        expect(await faults(page)).toEqual([])
        await page.close()
      })
    }
  }

  test('targets are 24 pixels or more, and 44 where a finger points', async () => {
    for (const [viewport, least] of [[desk, 24], [phone, 44]] as const) {
      const { page } = await openMap(browser, server.address, `${spot.parcel}&at=${spot.lon},${spot.lat}`, viewport)
      await page.waitForSelector('.card-layer')
      const small = await page.$$eval('button, label.el-checkbox, summary, [role=combobox][aria-controls=search-list]', (all, wanted) => all
        .filter((each) => (each as HTMLElement).checkVisibility())
        .map((each) => ({ what: each.className || each.tagName, height: each.getBoundingClientRect().height }))
        .filter(({ height }) => height < wanted), least)
      expect(small).toEqual([])
      await page.close()
    }
  })
})
