import { axeViolations, sidewaysOverflow } from '@terrace/ui/testing'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { photograph } from './running-site.ts'

/**
 * Looks at a view at 1280 pixels light, at 390 dark, and at 200 % zoom: it fits. Where it is used most it is clean for
 * axe; that every component is in every size and colour is shown by the catalogue.
 */
export async function expectSound(page: Page, name: string, usedAt: 'phone' | 'desk'): Promise<void> {
  // Zooming to 200 % leaves a screen of 1280 with 640 CSS pixels.
  for (const [width, scheme] of [
    [640, 'light'],
    [390, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.waitForFunction(() => [...document.images].every(image => image.complete))
    await photograph(page, `${name}-${scheme}-${width}`)
    if (width === (usedAt === 'phone' ? 390 : 1280)) expect(await axeViolations(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toEqual([])
  }
}

/** Fills fields in by their labels. */
export async function fillIn(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}
