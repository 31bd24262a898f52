import {
  axeViolations,
  type BuiltSite,
  chromiumPath,
  folderListener,
  listenLocally,
  needsChromium,
} from '@terrace/ui/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { text } from '../src/text.ts'
import { buildLibrary, photograph, startSite } from './running-site.ts'
import { smallLibrary } from './sample-data.ts'
import { standInApi } from './stand-in-api.ts'

const FAILED_REQUEST = /Failed to load resource/

describe.skipIf(!chromiumPath)(
  needsChromium('keeping books and members on the library’s site'),
  { concurrent: true },
  () => {
    let built: BuiltSite
    beforeAll(async () => {
      built = await buildLibrary()
    })
    afterAll(() => built?.close())

    it('says under each field what is wrong, moves to the first, and adds the book once however often one presses (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page, complaints } = await site.open('books')
      await page.getByRole('button', { name: 'Add book' }).click()
      const dialog = page.getByRole('dialog')
      const title = dialog.getByLabel('Title')
      await title.fill('x'.repeat(301))
      await dialog.getByRole('button', { name: 'Add book' }).click()
      await dialog.getByText('A title has at most 255 characters; yours has 301').waitFor()
      await dialog.getByText(text.authorMissing).waitFor()
      expect(await title.evaluate(input => input === document.activeElement)).toBe(true)
      await photograph(page, 'add-wrong', false)
      expect(await axeViolations(page)).toEqual([])
      await title.fill('Zephyrs')
      await dialog.getByLabel('Author').fill('Writer Nine')
      site.api.delayMs = 200
      await dialog.getByRole('button', { name: 'Add book' }).dblclick()
      await page.getByRole('row', { name: /Zephyrs/ }).waitFor()
      expect(site.api.requests.filter(line => line.startsWith('POST'))).toEqual(['POST /books/'])
      expect(complaints).toEqual([])
    })

    it('keeps what was typed when the server fails, and sends it under the same key so that it is added once (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page } = await site.open('books', { expected: FAILED_REQUEST })
      await page.getByRole('button', { name: 'Add book' }).click()
      const keys: (string | undefined)[] = []
      page.on('request', request => {
        if (request.method() === 'POST') keys.push(request.headers()['idempotency-key'])
      })
      await page.getByRole('textbox', { name: 'Title' }).fill('Zephyrs')
      await page.getByRole('textbox', { name: 'Author' }).fill('Writer Nine')
      site.api.failing = /POST/
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').getByText(text.errorBroken).waitFor()
      expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Zephyrs')
      await page.reload()
      await page.getByRole('button', { name: 'Add book' }).click()
      expect(await page.getByRole('textbox', { name: 'Author' }).inputValue()).toBe('Writer Nine')
      await page.getByRole('textbox', { name: 'Author' }).press('Enter')
      await page.getByRole('dialog').getByText(text.errorBroken).waitFor()
      site.api.failing = undefined
      await page.getByRole('textbox', { name: 'Author' }).press('Enter')
      await page.getByRole('row', { name: /Zephyrs/ }).waitFor()
      expect(keys[1]).toBe(keys[2])
      expect(keys[1]).toMatch(/^[0-9a-f]{32}$/)
    })

    it('says the server’s own words under the field they are about (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page } = await site.open('members', { expected: FAILED_REQUEST })
      await page.getByRole('button', { name: 'Add member' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('person one')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').getByText('Name is taken by another user').waitFor()
      await page.getByRole('textbox', { name: 'Name' }).fill('Person Five')
      await page.keyboard.press('Enter')
      await page.getByRole('row', { name: /Person Five/ }).waitFor()
    })

    it('edits a book and renames a member where they stand (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page } = await site.open('books/8')
      await page.getByRole('button', { name: 'More actions for “Harbours”' }).click()
      await page.getByRole('menuitem', { name: 'Edit book' }).click()
      await page.getByRole('textbox', { name: 'Title' }).fill('Havens')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Havens' }).waitFor()
      await page.getByRole('link', { name: 'Members' }).click()
      await page.getByRole('button', { name: 'More actions for Person Three' }).click()
      await page.getByRole('menuitem', { name: 'Rename member' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('Person Drei')
      await page.keyboard.press('Enter')
      await page.getByRole('row', { name: /Person Drei/ }).waitFor()
    })

    it('brings a deleted book back when asked to, and tells the server only when the time is over (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page } = await site.open('books')
      const deletions = () => site.api.requests.filter(line => line.startsWith('DELETE'))
      const remove = async () => {
        await page.getByRole('button', { name: 'More actions for “Harbours”' }).click()
        await page.getByRole('menuitem', { name: 'Delete book' }).click()
        await page.getByRole('row', { name: /Harbours/ }).waitFor({ state: 'detached' })
      }
      await remove()
      await photograph(page, 'deleted', false)
      expect(await axeViolations(page)).toEqual([])
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByRole('row', { name: /Harbours/ }).waitFor()
      expect(deletions()).toEqual([])
      await remove()
      const told = page.waitForResponse(response => response.request().method() === 'DELETE')
      await page.getByRole('alertdialog').getByRole('button', { name: 'Close' }).click()
      await told
      await page.getByText('7 in all').waitFor()
      expect(deletions()).toEqual(['DELETE /books/8'])
    })

    it('tells the server about a deletion when the page goes away before the time is over (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page } = await site.open('members')
      await page.getByRole('button', { name: 'More actions for Person Three' }).click()
      await page.getByRole('menuitem', { name: 'Remove member' }).click()
      await page.getByText('Person Three was removed.').waitFor()
      await page.goto('about:blank')
      await vi.waitFor(() => expect(site.api.requests).toContain('DELETE /users/3'), { timeout: 60_000 })
    })

    it('does not offer to delete what is lent, and says why (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page } = await site.open('books')
      await page.getByRole('button', { name: 'More actions for “Evening Trains”' }).click()
      const item = page.getByRole('menuitem', { name: `Delete book ${text.deleteBookBlocked}` })
      expect(await item.getAttribute('aria-disabled')).toBe('true')
      await photograph(page, 'menu', false)
    })

    it('keeps search, filter, order and page over a reload, and opens any address (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page } = await site.open('books')
      await page.getByRole('searchbox').fill('writer')
      await page.getByRole('radio', { name: 'Lent' }).click()
      await page.getByRole('button', { name: 'Due', exact: true }).click()
      await page.waitForURL(/#\/books\?q=writer&show=lent&sort=due_date$/)
      await page.reload()
      await page.getByText('2 in all').waitFor()
      expect(await page.getByRole('searchbox').inputValue()).toBe('writer')
      expect(await page.getByRole('radio', { name: 'Lent' }).getAttribute('aria-checked')).toBe('true')
      expect(await page.getByRole('columnheader', { name: 'Due' }).getAttribute('aria-sort')).toBe('ascending')
      await page.goto(`${site.url}/index.html#/members/2`)
      await page.getByRole('heading', { level: 1, name: 'Person Two' }).waitFor()
      for (const [path, title] of [
        ['nowhere', text.notFoundTitle],
        ['books/x', text.notFoundTitle],
        ['books/99', text.bookGone],
        ['members/99', text.memberGone],
      ] as const) {
        await page.goto(`${site.url}/#/${path}`)
        await page.getByRole('heading', { level: 1, name: title }).waitFor()
      }
    })

    it('says quietly when the network or the server is gone, keeps what is in sight and typed, and comes back by itself (L-06)', async () => {
      await using site = await startSite(built, smallLibrary())
      const { page } = await site.open('books', { expected: FAILED_REQUEST })
      await page.getByText('Harbours').waitFor()
      await page.context().setOffline(true)
      await page.getByText(text.offline).waitFor()
      await photograph(page, 'offline', false)
      await page.getByRole('button', { name: 'Add book' }).click()
      await page.getByRole('textbox', { name: 'Title' }).fill('Zephyrs')
      await page.getByRole('textbox', { name: 'Author' }).fill('Writer Nine')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').getByText(text.errorAway).waitFor()
      await page.context().setOffline(false)
      await page.getByText(text.away).or(page.getByText(text.offline)).waitFor({ state: 'detached' })
      await page.getByRole('textbox', { name: 'Author' }).press('Enter')
      await page.getByRole('row', { name: /Zephyrs/ }).waitFor()
      expect(site.api.requests.filter(line => line.startsWith('POST'))).toHaveLength(1)
      await site.apiServer.close()
      await page.getByRole('link', { name: 'Members' }).click()
      await page.getByText(text.away).waitFor()
      await photograph(page, 'away', false)
      expect(await axeViolations(page)).toEqual([])
    })

    it('finds the API at "app." and its own host and port when there is no config.json (L-06)', async () => {
      const api = standInApi(smallLibrary())
      const folder = folderListener(built.folder)
      await using server = await listenLocally((request, response) =>
        request.headers.host?.startsWith('app.') ? api.listener(request, response) : folder(request, response),
      )
      const page = await built.browser.newPage()
      await page.goto(`http://library.localhost:${server.port}/`)
      await page.getByText('Harbours').waitFor()
      await page.close()
    })
  },
)
