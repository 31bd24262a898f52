import { axeViolations, type BuiltSite, chromiumPath, focusedName, needsChromium } from '@terrace/ui/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { text } from '../src/text.ts'
import { buildLibrary, photograph, startSite } from './running-site.ts'
import { smallLibrary } from './sample-data.ts'

const FAILED_REQUEST = /Failed to load resource/

/** Presses Tab until something of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await focusedName(page)) === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`60 presses of Tab do not lead to "${name}"; the focus is on "${await focusedName(page)}"`)
}

describe.skipIf(!chromiumPath)(needsChromium('lending on the library’s site'), { concurrent: true }, () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildLibrary()
  })
  afterAll(() => built?.close())

  it('lends a book to a person that is searched for, and takes it back by one button (L-06)', async () => {
    await using site = await startSite(built, smallLibrary())
    const { page, complaints } = await site.open('books')
    const row = page.getByRole('row', { name: /Harbours/ })
    await row.getByRole('button', { name: 'Lend book “Harbours”' }).click()
    const dialog = page.getByRole('dialog', { name: 'Lend “Harbours”' })
    await dialog.getByRole('combobox', { name: 'Member' }).fill('three')
    await page.getByRole('option', { name: /Person Three/ }).waitFor()
    await photograph(page, 'lend', false)
    await page.getByRole('option', { name: /Person Three/ }).click()
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Lend book' }).click()
    await row.getByText('Lent', { exact: true }).waitFor()
    await row.getByRole('link', { name: 'Person Three' }).waitFor()
    await photograph(page, 'lent', false)
    expect(await axeViolations(page)).toEqual([])
    await row.getByRole('button', { name: 'Return book “Harbours”' }).click()
    await row.getByText('Available').waitFor()
    await row.getByRole('button', { name: 'Lend book “Harbours”' }).waitFor()
    expect(site.api.requests.filter(line => line.startsWith('POST'))).toEqual([
      'POST /books/8/borrow/3',
      'POST /books/8/return/3',
    ])
    expect(complaints).toEqual([])
  })

  it('does the same from the member’s page, and says that a fine was added for a late return (L-06)', async () => {
    await using site = await startSite(built, smallLibrary())
    const { page } = await site.open('members/1')
    await page.getByRole('button', { name: 'Lend a book to Person One' }).click()
    await page.getByRole('combobox', { name: 'Book' }).fill('harb')
    await page.getByRole('option', { name: /Harbours/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Lend book' }).click()
    const books = page.getByRole('table', { name: text.booksLent })
    await books.getByText('Harbours').waitFor()
    await books.getByRole('button', { name: 'Return book “Bread at Altitude”' }).click()
    await page.getByText(text.returnedLate('Bread at Altitude')).waitFor()
    await books.getByText('Bread at Altitude').waitFor({ state: 'detached' })
    await page.getByRole('region', { name: text.loanHistory }).getByRole('cell', { name: '5', exact: true }).waitFor()
  })

  it('can be done with the keyboard alone (L-06)', async () => {
    await using site = await startSite(built, smallLibrary())
    const { page } = await site.open('books')
    await page.getByText('Harbours').waitFor()
    await page.keyboard.press('Tab')
    expect(await focusedName(page)).toBe('Skip to content')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Lend book “Harbours”')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('three')
    await page.getByRole('option', { name: /Person Three/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Lend book')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page
      .getByRole('row', { name: /Harbours/ })
      .getByText('Lent', { exact: true })
      .waitFor()
    await tabTo(page, 'Return book “Harbours”')
    await page.keyboard.press('Enter')
    await page
      .getByRole('row', { name: /Harbours/ })
      .getByText('Available')
      .waitFor()
    await tabTo(page, 'More actions for “Harbours”')
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText('“Harbours” was deleted.').waitFor()
    await page.keyboard.press('F6')
    await tabTo(page, 'Undo')
    await page.keyboard.press('Enter')
    await page.getByText('Harbours').first().waitFor()
  })

  it('says in the dialog why a book is not lent, and keeps the choice (L-06)', async () => {
    await using site = await startSite(built, smallLibrary())
    const { page } = await site.open('books', { expected: FAILED_REQUEST })
    await page.getByRole('button', { name: 'Lend book “Harbours”' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Lend book' }).click()
    await dialog.getByText(text.memberMissing).waitFor()
    const member = dialog.getByRole('combobox', { name: 'Member' })
    await member.fill('person two')
    await page.getByRole('option', { name: /Person Two/ }).click()
    await dialog.getByRole('button', { name: 'Lend book' }).click()
    await dialog.getByText('Borrowing limit reached: a user may have at most 2 books.').waitFor()
    await photograph(page, 'lend-refused', false)
    expect(await axeViolations(page)).toEqual([])
    expect(await member.inputValue()).toBe('Person Two')
  })

  it('puts a return that failed back as it was and says why in its place (L-06)', async () => {
    await using site = await startSite(built, smallLibrary())
    site.api.failing = /return/
    const { page } = await site.open('books', { expected: FAILED_REQUEST })
    const row = page.getByRole('row', { name: /Evening Trains/ })
    await row.getByRole('button', { name: 'Return book “Evening Trains”' }).click()
    await row.getByRole('alert').getByText(text.errorBroken).waitFor()
    await row.getByText('Lent', { exact: true }).waitFor()
    await photograph(page, 'return-failed', false)
    site.api.failing = undefined
    await row.getByRole('button', { name: 'Return book “Evening Trains”' }).click()
    await row.getByText('Available').waitFor()
  })
})
