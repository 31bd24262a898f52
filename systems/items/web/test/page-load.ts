import type { RunningSite } from '@terrace/ui/testing'
import type { Page } from 'playwright-core'

/** What one load of the list cost. */
export interface PageLoad {
  /** Compressed bytes of script that had come when the first row was in sight. */
  readonly scriptBytesBeforeList: number
  /** Compressed bytes of all script, with what is loaded later. */
  readonly scriptBytes: number
  /** From the beginning of the navigation until the first row was in sight, milliseconds. */
  readonly listVisibleMs: number
  /** The sum of all unexpected layout shifts. */
  readonly layoutShift: number
}

declare global {
  interface Window {
    firstRowAt?: number
    layoutShift?: number
  }
}

/** Runs in the page before its own scripts. */
function watch(): void {
  window.layoutShift = 0
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean }
      if (!hadRecentInput) window.layoutShift = (window.layoutShift ?? 0) + value
    }
  }).observe({ type: 'layout-shift', buffered: true })
  const look = () => {
    if (!document.querySelector('main li h2')) return requestAnimationFrame(look)
    // Drawn by the end of the frame that begins now.
    requestAnimationFrame(() => {
      window.firstRowAt = performance.now()
    })
  }
  requestAnimationFrame(look)
}

/**
 * Loads the list once in a fresh browser context and waits until all that comes later has come.
 *
 * @param slowDown  of the processor, by the browser's own throttling
 */
export async function measurePageLoad(site: RunningSite, slowDown = 1): Promise<PageLoad> {
  // A page of the same origin without script, so that there is one to slow down before the navigation.
  const { page } = await site.open('/favicon.svg', { before: watch })
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown })
  await page.goto(`${site.server.url}/`)
  await page.waitForFunction(() => window.firstRowAt !== undefined)
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('span-')))
  const load = await readPageLoad(page)
  // What is slowed down takes the processor from the next one, even when it has nothing to do.
  await page.context().close()
  return load
}

const readPageLoad = (page: Page): Promise<PageLoad> =>
  page.evaluate(() => {
    const scripts = performance
      .getEntriesByType('resource')
      .filter((entry): entry is PerformanceResourceTiming => /\.js$/.test(new URL(entry.name).pathname))
    const firstRowAt = window.firstRowAt ?? 0
    const bytes = (entries: readonly PerformanceResourceTiming[]) =>
      entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    return {
      scriptBytesBeforeList: bytes(scripts.filter(({ startTime }) => startTime < firstRowAt)),
      scriptBytes: bytes(scripts),
      listVisibleMs: firstRowAt,
      layoutShift: window.layoutShift ?? 0,
    }
  })
