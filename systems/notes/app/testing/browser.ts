import { join } from 'node:path'
import { complaintsOf } from '@terrace/ui/testing'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

/** Where the photographs go; none are taken without it. */
const PICTURES = process.env.UI_PICTURES

export interface OpenOptions extends Pick<BrowserContextOptions, 'javaScriptEnabled' | 'colorScheme'> {
  readonly width?: number
  /** Complaints of the browser that the test causes on purpose. */
  readonly expected?: RegExp
}

/** Somebody's browser: cookies and storage of its own. */
export interface Tab extends AsyncDisposable {
  readonly page: Page
  readonly complaints: readonly string[]
}

/** Opens an address as somebody new. */
export async function openTab(browser: Browser, address: string, options: OpenOptions = {}): Promise<Tab> {
  const { width = 1280, expected, javaScriptEnabled = true, colorScheme = 'light' } = options
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    javaScriptEnabled,
    colorScheme,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints = complaintsOf(page, expected)
  await page.goto(address)
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

/** Takes a picture of the page when `UI_PICTURES` names a folder. */
export async function photograph(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ fullPage: true, path: join(PICTURES, `notes-${name}.png`) })
}
