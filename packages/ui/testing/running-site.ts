import type { Browser, BrowserContext, Page } from 'playwright-core'
import { complaintsOf } from './page-checks.ts'
import type { LocalServer } from './serve-folder.ts'

export interface OpenOptions {
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
  /** Device pixels per CSS pixel; 2 at half the width is what zooming to 200 % does. */
  readonly scale?: number
  /** Complaints of the browser that the test causes on purpose. */
  readonly expected?: RegExp
  /** Another tab of the browser that this is one of; the options of the screen are that one's then. */
  readonly context?: BrowserContext
  /** Runs in the page before anything else. */
  readonly before?: () => void
}

/** A running site. */
export interface RunningSite extends AsyncDisposable {
  readonly server: LocalServer
  /** Opens one of its pages, in a browser that knows nothing of the others. */
  readonly open: (path: string, options?: OpenOptions) => Promise<{ page: Page; complaints: readonly string[] }>
}

/** Opens pages of a site that is served. What was opened is closed with it, and so is its server. */
export function openSite(browser: Browser, server: LocalServer): RunningSite {
  const contexts: BrowserContext[] = []
  const newContext = async ({ width = 1280, scheme = 'light', scale = 1 }: OpenOptions) => {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      deviceScaleFactor: scale,
      reducedMotion: 'reduce',
      locale: 'en-GB',
    })
    contexts.push(context)
    return context
  }
  return {
    server,
    open: async (path, options = {}) => {
      const page = await (options.context ?? (await newContext(options))).newPage()
      page.setDefaultTimeout(60_000)
      if (options.before) await page.addInitScript(options.before)
      const complaints = complaintsOf(page, options.expected)
      await page.goto(`${server.url}${path}`)
      return { page, complaints }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(contexts.map(context => context.close()))
      await server.close()
    },
  }
}
