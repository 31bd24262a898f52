import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  buildIntoTemporaryFolder,
  complaintsOf,
  type LocalServer,
  launchChromium,
  listenLocally,
  serveFolder,
} from '@terrace/ui/testing'
import type { Browser, Page } from 'playwright-core'
import { type StandIn, type StandInState, standInApi } from './stand-in-api.ts'

/** Where the photographs go; none are taken without it. */
const PICTURES = process.env.UI_PICTURES

/** The site as it is deployed, and a browser. */
export interface BuiltSite {
  readonly folder: string
  readonly browser: Browser
  readonly close: () => Promise<void>
}

/** Builds the site as for the bucket and starts the browser. */
export async function buildSite(): Promise<BuiltSite> {
  const folder = await buildIntoTemporaryFolder(join(import.meta.dirname, '..'))
  const browser = await launchChromium()
  return {
    folder,
    browser,
    close: async () => {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface OpenOptions {
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
  /** Device pixels per CSS pixel; 2 at half the width is what zooming to 200 % does. */
  readonly scale?: number
  /** Complaints of the browser that the test causes on purpose. */
  readonly expected?: RegExp
}

/** A running site with its own stand-in API. */
export interface RunningSite extends AsyncDisposable {
  readonly api: StandIn
  readonly apiServer: LocalServer
  readonly url: string
  readonly open: (path: string, options?: OpenOptions) => Promise<{ page: Page; complaints: readonly string[] }>
}

/** Starts a stand-in API with this state and serves the site with a strict content security policy. */
export async function startSite({ folder, browser }: BuiltSite, state: StandInState): Promise<RunningSite> {
  const api = standInApi(state)
  const apiServer = await listenLocally(api.listener)
  const site = await serveFolder(folder, {
    extra: { '/config.json': JSON.stringify({ apiUrl: apiServer.url }) },
    policy: `default-src 'self'; connect-src 'self' ${apiServer.url}`,
  })
  const pages: Page[] = []
  return {
    api,
    apiServer,
    url: site.url,
    open: async (path, { width = 1280, scheme = 'light', scale = 1, expected } = {}) => {
      const page = await browser.newPage({
        viewport: { width, height: 900 },
        colorScheme: scheme,
        deviceScaleFactor: scale,
        reducedMotion: 'reduce',
        locale: 'en-GB',
      })
      pages.push(page)
      page.setDefaultTimeout(20_000)
      const complaints = complaintsOf(page, expected)
      await page.goto(`${site.url}/#/${path}`)
      return { page, complaints }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(pages.map(page => page.close()))
      await Promise.all([site.close(), apiServer.close()])
    },
  }
}

/** Takes a picture of the page when `UI_PICTURES` names a folder. */
export async function photograph(page: Page, name: string, fullPage = true): Promise<void> {
  if (PICTURES) await page.screenshot({ fullPage, path: join(PICTURES, `library-${name}.png`) })
}
