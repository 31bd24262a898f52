import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromiumPath, launchChromium, needsChromium } from '@terrace/ui/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json } from '../http.ts'
import { type RunningLibrary, startLibrary } from './running.ts'

/** Where the photographs go; none are kept without it. */
const PICTURES = process.env.LIBRARY_PICTURES

interface Book {
  readonly title: string
  readonly available: boolean
  readonly due_date: string | null
}

describe.skipIf(!chromiumPath)(needsChromium('a librarian at the running system'), () => {
  let library: RunningLibrary
  let browser: Browser
  beforeAll(async () => {
    library = await startLibrary()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await library?.stop()
  })

  /** A page at the distribution, and what the browser complained about. */
  async function open(url: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
    page.setDefaultTimeout(60_000)
    const complaints: string[] = []
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(url)
    return { page, complaints }
  }

  async function photograph(page: Page, name: string): Promise<void> {
    if (!PICTURES) return
    mkdirSync(PICTURES, { recursive: true })
    await page.screenshot({ path: join(PICTURES, `${name}.png`) })
  }

  async function addBook(page: Page, title: string, author: string): Promise<void> {
    await page.getByRole('button', { name: 'Add book' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Title').fill(title)
    await dialog.getByLabel('Author').fill(author)
    await dialog.getByRole('button', { name: 'Add book' }).click()
    await page.getByRole('row', { name: new RegExp(title) }).waitFor()
  }

  it('L-06, L-17: adds books and a member, lends, sees the due date, takes back, and finds it all in the history', async () => {
    const { page, complaints } = await open(library.site)
    await addBook(page, 'Tidal Clocks', 'Writer One')
    await addBook(page, 'Slow Bridges', 'Writer Two')

    await page.getByRole('link', { name: 'Members' }).first().click()
    await page.getByRole('button', { name: 'Add member' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Person One')
    await dialog.getByRole('button', { name: 'Add member' }).click()
    await page.getByRole('row', { name: /Person One/ }).waitFor()

    await page.getByRole('link', { name: 'Books' }).first().click()
    const row = page.getByRole('row', { name: /Tidal Clocks/ })
    await row.getByRole('button', { name: 'Lend book “Tidal Clocks”' }).click()
    await page.getByRole('dialog').getByRole('combobox', { name: 'Member' }).fill('one')
    await page.getByRole('option', { name: /Person One/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Lend book' }).click()
    await row.getByText('Lent', { exact: true }).waitFor()
    await photograph(page, 'lent')
    const lent = (await json<Book[]>(`${library.api}/books/`)).find(book => book.title === 'Tidal Clocks')
    expect(lent).toMatchObject({ available: false, due_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })

    await row.getByRole('button', { name: 'Return book “Tidal Clocks”' }).click()
    await row.getByText('Available').waitFor()
    await row.getByRole('link', { name: 'Tidal Clocks' }).click()
    await page.getByRole('region', { name: 'Loan history' }).getByText('Person One').waitFor()
    await photograph(page, 'history')
    expect(complaints).toEqual([])
  })

  it('L-16, L-17: works at the distribution’s own name as well, where config.json tells it the API', async () => {
    const own = library.architecture.nodes.find(node => node.kind === 'distribution')?.domainName
    const { page, complaints } = await open(`http://${own}:${new URL(library.site).port}/index.html`)
    await addBook(page, 'Paper Rivers', 'Writer Three')
    expect((await json<Book[]>(`${library.api}/books/`)).map(({ title }) => title)).toContain('Paper Rivers')
    expect(complaints).toEqual([])
  })
})
