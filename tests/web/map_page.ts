import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { watch, type Watch } from './served'

export const desk = { width: 1366, height: 768 }
export const phone = { width: 360, height: 640 }
export const wall = { width: 3840, height: 2160 }

export const city = '#map=8.4/40.05/116.55'

/** A greenhouse in the south of the made city, so that there is something at every zoom: where it stands, and views of it. */
export interface Spot {
  lon: number
  lat: number
  town: string
  parcel: string
}

export async function spotOf(address: string): Promise<Spot> {
  const ask = async (path: string) => (await fetch(address + path)).json()
  const near = await ask('/query/near?lon=116.62&lat=39.66&radius_m=50000&layer=greenhouses&limit=200')
  for (const { properties } of near.features) {
    const feature = await ask(`/ogc/collections/greenhouses/items/${properties.id}`)
    const flat = feature.geometry.coordinates.flat(3) as number[]
    const middle = (from: number) => {
      const values = flat.filter((_, i) => i % 2 === from)
      return Number(((Math.min(...values) + Math.max(...values)) / 2).toFixed(6))
    }
    const [lon, lat] = [middle(0), middle(1)]
    // Of few parcels some greenhouses stand where none was delivered.
    const place = await ask(`/query/at?lon=${lon}&lat=${lat}`)
    if (place.layers.some((found: { layer: string }) => found.layer === 'parcels'))
      return { lon, lat, town: `#map=12.3/${lat}/${lon}`, parcel: `#map=15.2/${lat}/${lon}` }
  }
  throw new Error('no greenhouse on a delivered parcel near 116.62, 39.66')
}

export interface OpenPage {
  page: Page
  seen: Watch
}

/** The map has drawn all that it asked for, and what the page itself asked for has come. */
export async function drawn(page: Page) {
  await page.waitForSelector('[data-entry=reserve]', { state: 'attached', timeout: 60_000 })
  await page.waitForFunction(() => {
    const map = window.caituMap
    return map !== undefined && document.body.dataset.map === 'idle' && map.loaded() && !map.isMoving()
  }, undefined, { timeout: 60_000 })
}

/** A fresh page of the map, drawn. `hash` begins with "#" or is empty. */
export async function openMap(browser: Browser, address: string, hash: string, viewport = desk): Promise<OpenPage> {
  const page = await browser.newPage({ viewport, hasTouch: viewport === phone })
  page.setDefaultTimeout(20_000)
  const seen = watch(page, address)
  await page.goto(`${address}/${hash}`)
  await drawn(page)
  return { page, seen }
}

/** Another address in the same page, as if it were pasted. */
export async function follow(page: Page, hash: string) {
  await page.evaluate((now) => {
    document.body.removeAttribute('data-map')
    location.hash = now
    window.caituMap!.triggerRepaint()
  }, hash)
  await drawn(page)
}

export async function shoot(page: Page, name: string) {
  mkdirSync('shots', { recursive: true })
  await page.screenshot({ path: `shots/${name}.png` })
}

/** What the map shows of its style layers: asked of MapLibre through the page's documented hook. */
export function rendered(page: Page, ...layers: string[]): Promise<{ id: number; properties: Record<string, unknown> }[]> {
  return page.evaluate((wanted) => {
    const map = window.caituMap!
    const there = wanted.filter((layer) => map.getLayer(layer))
    return map.queryRenderedFeatures({ layers: there }).map((feature) => ({ id: feature.id as number, properties: { ...feature.properties } }))
  }, layers)
}

export function params(page: Page): URLSearchParams {
  return new URLSearchParams(new URL(page.url()).hash.slice(1))
}

/** Nothing went wrong on the page, and nothing was asked of another host. */
export function expectClean(seen: Watch) {
  expect(seen.errors).toEqual([])
  expect(seen.elsewhere).toEqual([])
}

declare global {
  interface Window {
    caituMap?: {
      loaded(): boolean
      isMoving(): boolean
      triggerRepaint(): void
      getLayer(id: string): unknown
      getZoom(): number
      getCenter(): { lng: number; lat: number }
      project(at: [number, number]): { x: number; y: number }
      queryRenderedFeatures(options: { layers: string[] }): { id?: string | number; properties: Record<string, unknown>; layer: { id: string } }[]
    }
  }
}
