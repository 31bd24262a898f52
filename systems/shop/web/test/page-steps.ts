import type { Page } from 'playwright-core'

/** The accessible name of what has the focus: its label, or its words. */
const nameOfFocus = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined
    return label ?? element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? ''
  })

/** Presses Tab until something of that name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await nameOfFocus(page)) === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`60 presses of Tab do not lead to "${name}"; the focus is on "${await nameOfFocus(page)}"`)
}

/**
 * When the page began to ask for addresses with this in them, milliseconds: its own clock, as a busy machine tells a
 * test late. Of what was asked after this is called, so many.
 */
export async function nextTimes(page: Page, part: string, count: number): Promise<readonly number[]> {
  const times = () =>
    page.evaluate(
      part =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => name.includes(part))
          .map(({ startTime }) => startTime),
      part,
    )
  const before = (await times()).length
  for (;;) {
    const next = (await times()).slice(before)
    if (next.length >= count) return next
    await page.waitForEvent('requestfinished')
  }
}

/** Fills fields in by their labels. */
export async function fillIn(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}
