import { focusedName } from '@terrace/ui/testing'
import type { Locator, Page } from 'playwright-core'
import { text } from '../src/text.ts'

/** The row of an item. */
export const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) })

/** Fills the open dialog in. */
export async function fillIn(page: Page, name: string, description = ''): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(text.name, { exact: true }).fill(name)
  if (description !== '') await dialog.getByLabel(text.description).fill(description)
}

/** Presses Tab until something of that name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await focusedName(page)) === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`60 presses of Tab do not lead to "${name}"; the focus is on "${await focusedName(page)}"`)
}
