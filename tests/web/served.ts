import { spawn, type ChildProcess } from 'node:child_process'
import { chromium, type Browser, type Page } from 'playwright-core'

/** The program and the made workspace, as ctest names them. */
const program = process.env.CAITU_PROGRAM ?? '../../build/release/caitu'
const workspace = process.env.CAITU_WORKSPACE ?? '../../var/demo'

export interface Served {
  address: string
  stop(): Promise<void>
}

/** A server of the made workspace on a free port. */
export function serve(): Promise<Served> {
  const child: ChildProcess = spawn(program, ['serve', workspace, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`caitu ended with ${code}`)))
    child.stdout!.on('data', (text: Buffer) => {
      const found = /http:\/\/[\d.]+:\d+/.exec(text.toString())
      if (!found) return
      child.removeAllListeners('exit')
      resolve({
        address: found[0],
        stop: () => new Promise((ended) => { child.once('exit', () => ended()); child.kill('SIGTERM') }),
      })
    })
  })
}

/** Debian's Chromium with no way off this machine. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  })
}

/** What a page said and asked for, to be empty of faults at the end. */
export interface Watch {
  errors: string[]
  elsewhere: string[]
  tiles: Map<string, Buffer>
}

export function watch(page: Page, address: string): Watch {
  const seen: Watch = { errors: [], elsewhere: [], tiles: new Map() }
  page.on('console', (message) => { if (message.type() === 'error') seen.errors.push(message.text()) })
  page.on('pageerror', (error) => seen.errors.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) seen.elsewhere.push(request.url())
  })
  page.on('response', async (response) => {
    if (/\/tiles\/\w+\/\d+\/\d+\/\d+$/.test(response.url()) && response.status() === 200) {
      seen.tiles.set(response.url(), await response.body().catch(() => Buffer.alloc(0)))
    }
  })
  return seen
}
