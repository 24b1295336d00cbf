import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { type Spot, spotOf } from './map_page'
import { openBrowser, serve, type Served } from './served'

/** What the tests of a file share, from before its first test until after its last: importing this file is enough. */
export let server: Served
export let browser: Browser
export let spot: Spot

beforeAll(async () => {
  server = await serve()
  spot = await spotOf(server.address)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})
