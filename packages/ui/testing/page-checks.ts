import type { Page } from 'playwright-core'

/** What stands out of the page to the side, as one line per element; empty when one never has to scroll sideways. */
export const sidewaysOverflow = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    return [...document.querySelectorAll('body *')]
      .filter(element => element.getBoundingClientRect().right > width + 1)
      .map(element => `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`)
  })

/**
 * Collects what the page complains about: errors on the console (a refused policy is one) and uncaught exceptions.
 *
 * @param expected  complaints that the test causes on purpose
 */
export function complaintsOf(page: Page, expected?: RegExp): readonly string[] {
  const complaints: string[] = []
  const add = (text: string) => {
    if (!expected?.test(text)) complaints.push(text)
  }
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') add(message.text())
  })
  page.on('pageerror', error => add(String(error)))
  return complaints
}

/** The accessible name of what has the focus, or its tag. */
export const focusedName = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? element?.tagName ?? ''
  })
