import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  axeViolations,
  buildIntoTemporaryFolder,
  chromiumPath,
  complaintsOf,
  type LocalServer,
  launchChromium,
  needsChromium,
  photographer,
  pressUntil,
  serveFolder,
  sidewaysOverflow,
} from '../testing/index.ts'

const ROOT = join(import.meta.dirname, '..')

const photograph = photographer('ui')

describe.skipIf(!chromiumPath)(needsChromium('the catalogue of components'), () => {
  let folder: string
  let site: LocalServer
  let browser: Browser

  beforeAll(async () => {
    folder = await buildIntoTemporaryFolder(ROOT)
    site = await serveFolder(folder, { policy: "default-src 'self'" })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function open(
    path: string,
    { width = 1280, scheme = 'light' as 'light' | 'dark', scale = 1 } = {},
  ): Promise<{ page: Page; complaints: readonly string[] }> {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      deviceScaleFactor: scale,
      reducedMotion: 'reduce',
      locale: 'en-GB',
    })
    const complaints = complaintsOf(page)
    await page.goto(`${site.url}/#/${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    return { page, complaints }
  }

  describe.each(['controls', 'states', 'tables'])('%s', path => {
    it.each([
      { scheme: 'light', width: 1280 },
      { scheme: 'dark', width: 1280 },
      { scheme: 'light', width: 390 },
      { scheme: 'dark', width: 390 },
    ] as const)('is shown $scheme at $width pixels without a complaint, clean for axe', async options => {
      // Rules depend on colours or on layout, not on both: two of the four tell all.
      const isAxeDue = (options.scheme === 'light') === (options.width === 1280)
      const { page, complaints } = await open(path, options)
      await photograph(page, `${path}-${options.scheme}-${options.width}`)
      if (isAxeDue) expect(await axeViolations(page)).toEqual([])
      expect(await sidewaysOverflow(page)).toEqual([])
      expect(complaints).toEqual([])
      await page.close()
    })
  })

  it('keeps what is open over the page clean for axe: dialog, menu, picker and toasts', async () => {
    const { page, complaints } = await open('controls')
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Edit thing' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('combobox', { name: 'Person', exact: true }).fill('two')
    await page.getByRole('option', { name: 'Person Two' }).waitFor()
    expect(await axeViolations(page, '[role="listbox"]')).toEqual([])
    await page.keyboard.press('Escape')
    for (const kind of ['good', 'bad', 'undo']) await page.getByRole('button', { name: `Show ${kind}` }).click()
    await page.getByRole('button', { name: 'Undo', exact: true }).waitFor()
    await photograph(page, 'toasts', false)
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Open dialog' }).click()
    await page.getByRole('button', { name: 'Add thing' }).click()
    await page.getByText('Enter a title').last().waitFor()
    await photograph(page, 'dialog', false)
    expect(await axeViolations(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.close()
  })

  it('keeps what is typed into a dialog when it is closed, and when sending it fails', async () => {
    const { page } = await open('controls')
    const title = page.getByRole('dialog').getByLabel('Title')
    await page.getByRole('button', { name: 'Open dialog' }).click()
    await title.fill('half a ti')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Open dialog' }).click()
    expect(await title.inputValue()).toBe('half a ti')
    await title.press('Enter')
    await page.getByText('The server has no room for more things.').waitFor()
    expect(await title.inputValue()).toBe('half a ti')
    await page.close()
  })

  it('stays smooth with 10,000 rows: draws those in sight, sorts them all, and reaches the last by keyboard', async () => {
    const { page, complaints } = await open('long')
    const table = page.getByRole('table', { name: '10,000 things' })
    expect(await table.getAttribute('aria-rowcount')).toBe('10001')
    expect(await table.getByRole('row').count()).toBeLessThan(60)
    await pressUntil(page, 'End', table.locator('tr[aria-rowindex="10001"]'))
    const usualFrameMs = (scrolledBy: number) =>
      page.evaluate(
        y =>
          new Promise<number>(resolve => {
            const frames: number[] = []
            let before = performance.now()
            const frame = (now: number) => {
              frames.push(now - before)
              before = now
              window.scrollBy(0, y)
              if (frames.length < 41) requestAnimationFrame(frame)
              else resolve(frames.toSorted((a, b) => a - b)[20] ?? 0)
            }
            requestAnimationFrame(frame)
          }),
        scrolledBy,
      )
    // Of a machine that has nothing else to do 17 ms: what others take from it, they take from both.
    const still = await usualFrameMs(0)
    expect(await usualFrameMs(-200)).toBeLessThan(4 * still)
    await page.getByRole('button', { name: 'Count' }).focus()
    await page.keyboard.press('Enter')
    await pressUntil(page, 'Home', table.locator('tr[aria-rowindex="2"]').getByText('10,006'))
    expect(complaints).toEqual([])
    await page.close()
  })

  it('keeps the viewer’s choice of light or dark over a reload, from the first paint on', async () => {
    const { page } = await open('controls', { scheme: 'light' })
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await background()
    await page.getByRole('radio', { name: 'Dark' }).click()
    const dark = await background()
    expect(dark).not.toBe(light)
    await page.reload({ waitUntil: 'commit' })
    await page.locator('html[data-theme="dark"]').waitFor()
    expect(await background()).toBe(dark)
    await page.getByRole('radio', { name: 'As the system' }).click()
    expect(await background()).toBe(light)
    await page.close()
  })
})
