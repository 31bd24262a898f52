import { axeViolations, type BuiltSite, chromiumPath, focusedName, needsChromium } from '@terrace/ui/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { text } from '../src/text.ts'
import { type FaultyApi, startFaultyApi } from './faulty-api.ts'
import { fillIn, rowOf, tabTo } from './page-steps.ts'
import { buildItems, photograph, startSite } from './running-site.ts'
import { BLUE_CUP, fewItems, noItems } from './sample-items.ts'

const FAILED_REQUEST = /Failed to load resource/

/** The names in the API, newest first. */
const stored = async ({ items }: FaultyApi) => (await items.list({ limit: 100 })).items.map(({ name }) => name)

/** Somebody else changes the blue cup. */
const changeElsewhere = ({ items }: FaultyApi, name: string) => items.change(BLUE_CUP, { name }, 'any', Date.now())

describe.skipIf(!chromiumPath)(needsChromium('keeping items'), { concurrent: true }, () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildItems()
  })
  afterAll(() => built?.close())

  it('brings a deleted item back within ten seconds, from the list and from its own page (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/')
    await page.getByRole('button', { name: text.deleteLabel('Oak table') }).click()
    await rowOf(page, 'Oak table').waitFor({ state: 'detached' })
    expect(await focusedName(page)).toBe('Green lamp')
    // The ten seconds stand still while the pointer is there.
    await page.getByText(text.itemDeleted('Oak table')).hover()
    await vi.waitFor(async () => expect(await stored(api)).not.toContain('Oak table'))
    await photograph(page, 'deleted', false)
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: text.undo }).click()
    await rowOf(page, 'Oak table').waitFor()
    await vi.waitFor(async () => expect(await stored(api)).toContain('Oak table'))

    await page.getByRole('link', { name: 'Blue cup' }).click()
    await page.getByRole('button', { name: text.deleteItem }).click()
    await rowOf(page, 'Green lamp').waitFor()
    expect(await rowOf(page, 'Blue cup').count()).toBe(0)
    await page.getByRole('button', { name: text.undo }).click()
    await rowOf(page, 'Blue cup').waitFor()
    expect(complaints).toEqual([])
  })

  it('shows an item again that could not be deleted, and says why (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/', { expected: FAILED_REQUEST })
    await rowOf(page, 'Blue cup').waitFor()
    await changeElsewhere(api, 'Red cup')
    await page.getByRole('button', { name: text.deleteLabel('Blue cup') }).click()
    await page.getByText(`${text.itemNotDeleted('Blue cup')} ${text.changedMeanwhile}`).waitFor()
    await rowOf(page, 'Red cup').waitFor()
    expect(await page.getByRole('button', { name: text.undo }).count()).toBe(0)
    api.failing = /DELETE/
    await page.getByRole('button', { name: text.deleteLabel('Red cup') }).click()
    await page.getByText(`${text.itemNotDeleted('Red cup')} ${text.errorBroken}`).waitFor()
    await rowOf(page, 'Red cup').waitFor()
    expect(await stored(api)).toContain('Red cup')
  })

  it('shows a new item at once and marked, and adds it once however often one presses (I-02)', async () => {
    await using api = await startFaultyApi(await noItems())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/')
    await page.getByRole('button', { name: text.addFirstItem }).click()
    await fillIn(page, 'x'.repeat(301))
    const add = page.getByRole('dialog').getByRole('button', { name: text.addItem })
    await add.click()
    await page.getByText(text.nameTooLong('255', '301')).waitFor()
    await photograph(page, 'add-wrong', false)
    expect(await axeViolations(page)).toEqual([])
    await fillIn(page, 'Zephyr', 'A wind.')
    const { promise, resolve: answer } = Promise.withResolvers<void>()
    api.held = promise
    await add.dblclick()
    const row = rowOf(page, 'Zephyr')
    await row.getByText(text.saving).waitFor()
    await photograph(page, 'saving', false)
    expect(await axeViolations(page)).toEqual([])
    answer()
    await row.getByRole('link').waitFor()
    await page.getByText(text.itemAdded('Zephyr')).waitFor()
    expect(api.requests.filter(line => line.startsWith('POST'))).toEqual(['POST /api/v1/items'])
    expect(await stored(api)).toEqual(['Zephyr'])
    expect(complaints).toEqual([])
  })

  it('takes a new item back in sight when it fails, keeps the text through a reload, and adds it once (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/', { expected: /./ })
    await page.getByRole('button', { name: text.addItem }).click()
    await fillIn(page, 'Zephyr', 'A wind.')
    // Done, but nobody hears of it.
    api.silent = /POST/
    await page.getByRole('dialog').getByRole('button', { name: text.addItem }).click()
    await page.getByText(`${text.notAdded('Zephyr')} ${text.errorAway}`).waitFor()
    expect(await page.getByText(text.saving).count()).toBe(0)
    await photograph(page, 'not-added', false)
    expect(await axeViolations(page)).toEqual([])
    await page.reload()
    await page.getByText(text.errorReloaded).waitFor()
    await page.getByRole('button', { name: text.editTextLabel('Zephyr') }).click()
    const description = page.getByRole('dialog').getByLabel(text.description)
    expect(await description.inputValue()).toBe('A wind.')
    await description.fill('A mild wind.')
    api.silent = undefined
    await page.getByRole('dialog').getByRole('button', { name: text.addItem }).click()
    await rowOf(page, 'Zephyr').getByText('A mild wind.').waitFor()
    await page.getByText(text.itemAdded('Zephyr')).waitFor()
    expect((await stored(api)).filter(name => name === 'Zephyr')).toHaveLength(1)
    expect(new Set(api.keys).size).toBe(1)
    expect(await page.getByRole('region', { name: text.unsaved }).count()).toBe(0)
  })

  it('keeps an edit that failed, with the way to try again or to let go (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open(`/items/${BLUE_CUP}`, { expected: FAILED_REQUEST })
    api.failing = /PUT/
    await page.getByRole('button', { name: text.editItem }).click()
    await fillIn(page, 'Deep blue cup')
    const { promise, resolve: answer } = Promise.withResolvers<void>()
    api.held = promise
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Deep blue cup' }).waitFor()
    await page.getByText(text.saving).waitFor()
    answer()
    await page.getByText(`${text.notSaved('Deep blue cup')} ${text.errorBroken}`).waitFor()
    await page.getByRole('heading', { level: 1, name: 'Blue cup', exact: true }).waitFor()
    await photograph(page, 'not-saved')
    expect(await axeViolations(page)).toEqual([])
    api.failing = undefined
    await page.getByRole('button', { name: text.tryAgainLabel('Deep blue cup') }).click()
    await page.getByText(text.itemSaved('Deep blue cup')).waitFor()
    await page.getByRole('heading', { level: 1, name: 'Deep blue cup' }).waitFor()
    expect(await stored(api)).toContain('Deep blue cup')
  })

  it.each([
    { way: text.keepMine, ends: 'My cup' },
    { way: text.keepTheirs, ends: 'Their cup' },
  ])('shows what somebody else has changed, and lets one choose: $way (I-02)', async ({ way, ends }) => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/', { expected: FAILED_REQUEST })
    await page.getByRole('button', { name: text.editLabel('Blue cup') }).click()
    await fillIn(page, 'My cup')
    await changeElsewhere(api, 'Their cup')
    await page.keyboard.press('Enter')
    await page.getByText(text.conflict('My cup')).waitFor()
    expect(await stored(api)).toContain('Their cup')
    await page.getByRole('button', { name: text.compareLabel('My cup') }).click()
    const dialog = page.getByRole('dialog', { name: text.compareTitle })
    await dialog.getByText('Their cup').waitFor()
    await photograph(page, 'conflict', false)
    expect(await axeViolations(page)).toEqual([])
    expect(await dialog.getByText(text.differs).count()).toBe(2)
    await dialog.getByRole('button', { name: way }).click()
    await rowOf(page, ends).waitFor()
    await vi.waitFor(async () => expect(await stored(api)).toContain(ends))
    expect(await page.getByRole('region', { name: text.unsaved }).count()).toBe(0)
  })

  it('offers to add an edited item anew that somebody else has deleted (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/', { expected: FAILED_REQUEST })
    await page.getByRole('button', { name: text.editLabel('Blue cup') }).click()
    await fillIn(page, 'My cup')
    await api.items.remove(BLUE_CUP, 'any', Date.now())
    await page.keyboard.press('Enter')
    await page.getByText(text.deletedMeanwhile).waitFor()
    await page.getByRole('button', { name: text.addAsNewLabel('My cup') }).click()
    await rowOf(page, 'My cup').getByRole('link').waitFor()
    expect(await stored(api)).toContain('My cup')
  })

  it('adds, finds, edits, deletes and brings back with the keyboard alone (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/')
    await page.getByText(text.runsIn('dev', '1.2.3')).waitFor()
    const press = async (name: string) => {
      await tabTo(page, name)
      await page.keyboard.press('Enter')
    }
    await press(text.addItem)
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('Zephyr')
    await page.keyboard.press('Tab')
    await page.keyboard.type('A wind.')
    await press(text.addItem)
    await rowOf(page, 'Zephyr').getByRole('link').waitFor()
    expect(await focusedName(page)).toBe(text.addItem)
    await page.keyboard.press('Tab')
    await page.keyboard.type('zeph')
    await rowOf(page, 'Oak table').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await rowOf(page, 'Oak table').waitFor()
    await press(text.editLabel('Zephyr'))
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('Breeze')
    await page.keyboard.press('Enter')
    await page.getByText(text.itemSaved('Breeze')).waitFor()
    await rowOf(page, 'Breeze').getByText(text.saving).waitFor({ state: 'detached' })
    await press(text.deleteLabel('Breeze'))
    await rowOf(page, 'Breeze').waitFor({ state: 'detached' })
    await page.getByText(text.itemDeleted('Breeze')).waitFor()
    await page.keyboard.press('F6')
    await press(text.undo)
    await rowOf(page, 'Breeze').waitFor()
    await press('Breeze')
    await page.getByRole('heading', { level: 1, name: 'Breeze' }).waitFor()
    expect(await focusedName(page)).toBe('Breeze')
    expect(complaints).toEqual([])
  })
})
