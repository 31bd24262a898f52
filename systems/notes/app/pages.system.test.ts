import { axeViolations, chromiumPath, launchChromium, needsChromium, sidewaysOverflow } from '@terrace/ui/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTab, photograph } from './testing/browser.ts'
import { describeNotes } from './testing/running-notes.ts'
import { addSampleNotes } from './testing/sample-notes.ts'

describe.skipIf(!chromiumPath)(needsChromium('the notes in a browser'), () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  describeNotes('the pages', server => {
    it.concurrent.each([
      ['list', '/', 'Water the plants'],
      ['search', '/?q=paint&tag=home&show=open', 'Paint for the kitchen'],
      ['nothing', '/?q=nothing+like+it', 'No note matches'],
      ['new', '/notes/new', 'Add note'],
      ['note', '/notes/6', 'Two litres'],
      ['edit', '/notes/4/edit', 'Save note'],
      ['missing', '/notes/999', 'Not here'],
    ])(
      '%s: clean for axe, fits at 1280 and 390 pixels, light and dark, and at twice the zoom, with and without scripting (N-01)',
      async (name, path, content) => {
        await using running = await server.start()
        await addSampleNotes(running.client)
        for (const javaScriptEnabled of [true, false]) {
          for (const [width, colorScheme] of [
            [1280, 'light'],
            [390, 'dark'],
            [640, 'light'],
          ] as const) {
            const expected = /status of 404/
            await using tab = await openTab(browser, running.url + path, {
              javaScriptEnabled,
              width,
              colorScheme,
              expected,
            })
            await tab.page.getByText(content).first().waitFor()
            await photograph(tab.page, `${name}-${colorScheme}-${width}${javaScriptEnabled ? '' : '-plain'}`)
            if (javaScriptEnabled && width !== 640) expect(await axeViolations(tab.page)).toEqual([])
            if (javaScriptEnabled) expect(await sidewaysOverflow(tab.page)).toEqual([])
            expect(tab.complaints).toEqual([])
          }
        }
      },
    )

    it('say what will be in an empty list and offer the first step (N-01)', async () => {
      await using running = await server.start()
      await using tab = await openTab(browser, running.url)
      await photograph(tab.page, 'empty')
      await tab.page.getByRole('link', { name: 'Write the first note' }).click()
      await tab.page.getByRole('heading', { name: 'New note' }).waitFor()
      expect(tab.complaints).toEqual([])
    })

    it('have every function without scripting: the whole journey by mouse (N-01)', async () => {
      await using running = await server.start()
      await using tab = await openTab(browser, running.url, { javaScriptEnabled: false, expected: /status of 4\d\d/ })
      const { page } = tab
      await page.getByRole('link', { name: 'New note' }).click()
      await page.getByLabel('Description').fill('Kept although the title is missing')
      await page.getByRole('button', { name: 'Add note' }).click()
      await page.getByText('Enter a title').waitFor()
      await photograph(page, 'field-message-plain')
      expect(await page.getByLabel('Description').inputValue()).toBe('Kept although the title is missing')
      await page.getByLabel('Title').fill('Buy <b>milk</b>')
      await page.getByLabel('Tags').fill('home, shop')
      await page.getByRole('button', { name: 'Add note' }).click()
      await page.getByText('Note added').waitFor()
      await page.getByRole('button', { name: 'Done: Buy <b>milk</b>' }).click()
      await page.getByRole('button', { name: 'Done: Buy <b>milk</b>', pressed: true }).waitFor()
      await page.getByRole('searchbox').fill('mil')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByText('1 note found').waitFor()
      await page.getByRole('link', { name: 'Open', exact: true }).click()
      await page.getByText('No note matches').waitFor()
      await page.getByRole('link', { name: 'Show all notes' }).click()
      await page.getByRole('link', { name: 'Buy <b>milk</b>' }).click()
      await page.getByRole('link', { name: 'Edit note' }).click()
      await page.getByLabel('Title').fill('Buy oat milk')
      await page.getByRole('button', { name: 'Save note' }).click()
      await page.getByRole('heading', { name: 'Buy oat milk' }).waitFor()
      await page.getByRole('button', { name: 'Remove note' }).click()
      await page.getByText('“Buy oat milk” removed').waitFor()
      await photograph(page, 'removed-plain')
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('“Buy oat milk” is back').waitFor()
      await page.getByRole('button', { name: 'Dark' }).click()
      await page.locator('html[data-theme="dark"]').waitFor()
      expect(tab.complaints).toEqual([])
    })

    it('act at once with scripting: search, done, remove and undo without a reload, the focus kept (N-01)', async () => {
      await using running = await server.start()
      await addSampleNotes(running.client)
      await using tab = await openTab(browser, running.url)
      const { page } = tab
      await page.evaluate(() => document.body.setAttribute('data-same-page', ''))
      await page.getByRole('searchbox').pressSequentially('pain')
      await page.getByText('1 note found').waitFor()
      expect(page.url()).toBe(`${running.url}/?q=pain`)
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('q')
      await page.getByRole('searchbox').fill('')
      await page.getByText('Water the plants').waitFor()

      await page.getByRole('button', { name: 'Done: Book a table for Friday' }).click()
      await page.getByRole('button', { name: 'Done: Book a table for Friday', pressed: true }).waitFor()
      await expect.poll(async () => (await running.client.get('/api/notes/2')).body.done).toBe(true)

      await page.getByRole('button', { name: 'Remove: 雪国の冬' }).click()
      await page.getByText('“雪国の冬” removed').waitFor()
      await photograph(page, 'removed')
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
        'Remove: Questions for the meeting',
      )
      await expect.poll(async () => (await running.client.get('/api/notes/5')).status).toBe(404)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByRole('link', { name: '雪国の冬' }).waitFor()
      expect((await running.client.get('/api/notes/5')).status).toBe(200)
      expect(await page.locator('body[data-same-page]').count()).toBe(1)
      expect(tab.complaints).toEqual([])
    })

    it('put right what the server did not do, say so, and offer it again (N-01)', async () => {
      await using running = await server.start()
      await addSampleNotes(running.client)
      await using tab = await openTab(browser, running.url, { expected: /status of 500|ERR_FAILED/ })
      const { page } = tab
      await page.route('**/api/**', route => route.fulfill({ status: 500, body: 'stack trace' }))
      await page.getByRole('button', { name: 'Done: Book a table for Friday' }).click()
      await page.getByText('“Book a table for Friday” could not be changed').waitFor()
      await page.getByRole('button', { name: 'Done: Book a table for Friday', pressed: false }).waitFor()
      await photograph(page, 'rolled-back')
      await page.getByRole('button', { name: 'Remove: Book a table for Friday' }).click()
      await page.getByText('could not be removed').waitFor()
      await page.getByRole('link', { name: 'Book a table for Friday' }).waitFor()
      expect(await page.getByText('stack trace').count()).toBe(0)
      await page.unroute('**/api/**')
      await page
        .getByRole('alert')
        .filter({ hasText: 'could not be changed' })
        .getByRole('button', { name: 'Try again' })
        .click()
      await page.getByRole('button', { name: 'Done: Book a table for Friday', pressed: true }).waitFor()

      await page.route('**/?q=*', route => route.abort())
      await page.getByRole('searchbox').fill('paint')
      await page.getByText('can’t be reached').waitFor()
      expect(await page.getByText('Water the plants').count()).toBe(1)
      await page.unroute('**/?q=*')
      await page.getByRole('alert').filter({ hasText: 'reached' }).getByRole('button', { name: 'Try again' }).click()
      await page.getByText('1 note found').waitFor()
      expect(tab.complaints).toEqual([])
    })

    it('keep a draft while the server is away, over a reload, and save it once (N-01)', async () => {
      await using running = await server.start()
      await using tab = await openTab(browser, `${running.url}/notes/new`, { expected: /ERR_/ })
      const { page } = tab
      await page.route('**/api/notes', route => route.abort())
      await page.getByRole('button', { name: 'Add note' }).click()
      await page.getByText('Enter a title').waitFor()
      await page.getByLabel('Title').fill('Written without a server')
      await page.getByLabel('Description').fill('And not lost')
      await page.getByRole('button', { name: 'Add note' }).click()
      await page.getByText('Nothing is saved yet').waitFor()
      await photograph(page, 'away')
      expect(await axeViolations(page)).toEqual([])
      await page.reload()
      await page.getByText('what you typed last time').waitFor()
      expect(await page.getByLabel('Description').inputValue()).toBe('And not lost')
      await page.unroute('**/api/notes')
      await page.getByRole('button', { name: 'Add note' }).dblclick()
      await page.getByRole('link', { name: 'Written without a server' }).waitFor()
      expect((await running.client.get('/api/notes')).body).toHaveLength(1)
      await page.getByRole('link', { name: 'New note' }).click()
      expect(await page.getByLabel('Title').inputValue()).toBe('')
      expect(tab.complaints).toEqual([])
    })

    it('show who saves an older version that it is one, the text kept, with scripting too (N-01)', async () => {
      await using running = await server.start()
      await addSampleNotes(running.client)
      await using tab = await openTab(browser, `${running.url}/notes/2/edit`, { expected: /status of 409/ })
      const { page } = tab
      await running.client.patch('/api/notes/2', { title: 'Theirs' })
      await page.getByLabel('Title').fill('Mine')
      await page.getByRole('button', { name: 'Save note' }).click()
      await page.getByText('Somebody changed this note').waitFor()
      await photograph(page, 'outdated')
      expect(await axeViolations(page)).toEqual([])
      expect(await page.getByLabel('Title').inputValue()).toBe('Mine')
      await page.getByRole('button', { name: 'Save note' }).click()
      await page.getByRole('heading', { name: 'Mine' }).waitFor()
      expect((await running.client.get('/api/notes/2')).body.title).toBe('Mine')
      expect(tab.complaints).toEqual([])
    })

    it('can be used with the keyboard alone (N-01)', async () => {
      await using running = await server.start()
      await addSampleNotes(running.client)
      await using tab = await openTab(browser, running.url)
      const { page } = tab
      const press = async (key: string, times = 1) => {
        for (let count = 0; count < times; count++) await page.keyboard.press(key)
      }
      const tabTo = async (name: string) => {
        for (let count = 0; count < 40; count++) {
          await press('Tab')
          const found = await page.evaluate(
            () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim(),
          )
          if (found === name) return
        }
        throw new Error(`nothing called ${name} takes the focus`)
      }
      await press('Tab')
      await press('Enter')
      await tabTo('New note')
      await press('Enter')
      await page.getByLabel('Title').waitFor()
      await page.keyboard.type('By keyboard')
      await press('Enter')
      await page.getByRole('link', { name: 'By keyboard' }).waitFor()
      await tabTo('Done: By keyboard')
      await press('Space')
      await page.getByRole('button', { name: 'Done: By keyboard', pressed: true }).waitFor()
      await tabTo('Remove: By keyboard')
      await press('Enter')
      await page.getByText('“By keyboard” removed').waitFor()
      await tabTo('Undo').catch(async () => press('Shift+Tab', 40).then(() => tabTo('Undo')))
      await press('Enter')
      await page.getByRole('link', { name: 'By keyboard' }).waitFor()
      expect(tab.complaints).toEqual([])
    })
  })
})
