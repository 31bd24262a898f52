import {
  axeViolations,
  type BuiltSite,
  chromiumPath,
  needsChromium,
  pressUntil,
  sidewaysOverflow,
} from '@terrace/ui/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { text } from '../src/text.ts'
import { buildLibrary, photograph, startSite } from './running-site.ts'
import { largeLibrary, smallLibrary } from './sample-data.ts'

/** Each view: its address, something that is there once it has loaded, and what it says when it cannot load. */
const VIEWS = [
  { path: 'books', loaded: 'Bread at Altitude', failure: text.booksFailure },
  { path: 'books/2', loaded: 'Person One', failure: text.bookFailure },
  { path: 'members', loaded: 'Person Three', failure: text.membersFailure },
  { path: 'members/1', loaded: 'Bread at Altitude', failure: text.memberFailure },
  { path: 'loans', loaded: 'Evening Trains', failure: text.loansFailure },
  { path: 'loans?show=overdue', loaded: 'Bread at Altitude', failure: text.loansFailure },
  { path: 'loans?show=returned', loaded: 'A Field Guide to Lighthouses', failure: text.historyFailure },
] as const

const name = (path: string) => path.replace(/\W/g, '-')

describe.skipIf(!chromiumPath)(needsChromium('the views of the library’s site'), { concurrent: true }, () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildLibrary()
  })
  afterAll(() => built?.close())

  describe.each(VIEWS)('$path', ({ path, loaded, failure }) => {
    it('is clean for axe and fits at 1280 and 390 pixels, light and dark, and at 200 % zoom (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page, complaints } = await site.open(path)
      // Zooming to 200 % leaves a screen of 1280 with 640 CSS pixels.
      for (const [width, scheme] of [
        [1280, 'light'],
        [390, 'dark'],
        [640, 'light'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
        await page.getByText(loaded).first().waitFor()
        await photograph(page, `${name(path)}-${scheme}-${width}`)
        if (width !== 640) expect(await axeViolations(page)).toEqual([])
        expect(await sidewaysOverflow(page)).toEqual([])
      }
      expect(complaints).toEqual([])
    })

    it('shows an outline on a slow network, says what failed when the API answers 500, and recovers (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { promise, resolve: answer } = Promise.withResolvers<void>()
      site.api.held = promise
      site.api.failing = /^GET/
      const { page } = await site.open(path)
      await page.getByText('Loading…').first().waitFor({ state: 'attached' })
      await photograph(page, `${name(path)}-slow`)
      answer()
      await page.getByRole('heading', { name: failure }).waitFor()
      await photograph(page, `${name(path)}-500`)
      expect(await axeViolations(page)).toEqual([])
      expect(await page.getByText('stack trace').count()).toBe(0)
      site.api.failing = undefined
      await page.getByRole('alert').filter({ hasText: failure }).getByRole('button', { name: 'Try again' }).click()
      await page.getByText(loaded).first().waitFor()
    })
  })

  it('says what will be in an empty library and offers the first step (L-06)', async () => {
    await using site = await startSite(built, { books: [], users: [], loans: [] })
    for (const [path, title] of [
      ['books', text.noBooks],
      ['members', text.noMembers],
      ['loans', text.noCurrentLoans],
      ['loans?show=overdue', text.noOverdueLoans],
      ['loans?show=returned', text.noReturnedLoans],
    ] as const) {
      const { page, complaints } = await site.open(path)
      await page.getByRole('heading', { name: title }).waitFor()
      await photograph(page, `${name(path)}-empty`)
      expect(complaints).toEqual([])
    }
    const { page } = await site.open('books', { width: 390 })
    await page.getByRole('button', { name: text.addFirstBook }).click()
    await page.getByRole('dialog', { name: text.addBook }).waitFor()
    await photograph(page, 'add-390', false)
    expect(await axeViolations(page)).toEqual([])
  })

  it('keeps what is known in sight when a part fails (L-06)', async () => {
    await using site = await startSite(built, smallLibrary())
    site.api.failing = /^GET \/(users\/\d|loans)/
    const { page } = await site.open('books')
    await page.getByText(text.namesFailure).waitFor()
    await page.getByRole('link', { name: 'Member 1' }).waitFor()
    await photograph(page, 'books-partly')
    await page.getByRole('link', { name: 'Bread at Altitude' }).click()
    await page.getByRole('heading', { name: text.historyFailure }).waitFor()
    await page.getByText('Writer Two').waitFor()
    site.api.failing = undefined
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('table', { name: text.loanHistory }).waitFor()
  })

  it('stays quick with 10,000 books, members and past loans and 5,000 open ones (L-06)', async () => {
    await using site = await startSite(built, largeLibrary())
    const { page, complaints } = await site.open('books')
    await page.getByText('1–25 of 10,000').waitFor()
    await page.getByRole('button', { name: 'Page 400 of 400' }).click()
    await page.getByRole('link', { name: 'Volume 10000' }).waitFor()
    await page.getByRole('link', { name: 'Members' }).first().click()
    await page.getByText('1–25 of 10,000').waitFor()
    await page.getByRole('searchbox').fill('07777')
    await page.getByRole('link', { name: 'Person 07777' }).waitFor()
    await page.getByRole('link', { name: 'Loans' }).click()
    const table = page.getByRole('table', { name: text.currentLoans })
    await table.waitFor()
    expect(await table.getAttribute('aria-rowcount')).toBe('5001')
    expect(await table.getByRole('row').count()).toBeLessThan(60)
    await pressUntil(page, 'End', table.locator('tr[aria-rowindex="5001"]'))
    await photograph(page, 'loans-large', false)
    await page.getByRole('tab', { name: text.returnedLoans }).click()
    await page.getByText('1–25 of 10,000').waitFor()
    expect(complaints).toEqual([])
  })
})
