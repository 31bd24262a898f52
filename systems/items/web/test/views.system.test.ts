import { axeViolations, type BuiltSite, chromiumPath, needsChromium, sidewaysOverflow } from '@terrace/ui/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { text } from '../src/text.ts'
import { startFaultyApi } from './faulty-api.ts'
import { buildItems, photograph, startSite } from './running-site.ts'
import { BLUE_CUP, fewItems, manyItems, noItems } from './sample-items.ts'

const FAILED_REQUEST = /Failed to load resource/

/** Each view: its address, something that is there once it has loaded, and what it says when it can't. */
const VIEWS = [
  { name: 'list', path: '/', loaded: 'Oak table', failure: text.itemsFailure },
  { name: 'search', path: '/?q=A', loaded: 'Oak table', failure: text.itemsFailure },
  { name: 'item', path: `/items/${BLUE_CUP}`, loaded: 'Goes into the dishwasher', failure: text.itemFailure },
] as const

const STILL_VIEWS = [
  { name: 'nowhere', path: '/nowhere', loaded: text.notFoundTitle },
  { name: 'gone', path: '/items/00000000-0000-8000-8000-000000000099', loaded: text.itemGone },
] as const

describe.skipIf(!chromiumPath)(needsChromium('the views of the items'), { concurrent: true }, () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildItems()
  })
  afterAll(() => built?.close())

  it('says quietly that the API does not answer, keeps what is known, and goes on by itself (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/', { expected: /./ })
    await page.getByText(text.runsIn('dev', '1.2.3')).waitFor()
    api.silent = /./
    await page.getByRole('searchbox').fill('cup')
    await page.getByText(text.away).waitFor()
    await photograph(page, 'away')
    expect(await axeViolations(page)).toEqual([])
    expect(await page.getByRole('searchbox').inputValue()).toBe('cup')
    api.silent = undefined
    await page.getByRole('button', { name: text.tryAgain }).first().click()
    await page.getByText(text.away).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Blue cup' }).waitFor()
  })

  it('says that one is offline, and forgets it when one is not (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/', { expected: /./ })
    await page.getByText('Oak table').waitFor()
    await page.context().setOffline(true)
    await page.getByText(text.offline).waitFor()
    await page.getByText('Oak table').waitFor()
    await photograph(page, 'offline')
    expect(await axeViolations(page)).toEqual([])
    await page.context().setOffline(false)
    await page.getByText(text.offline).waitFor({ state: 'detached' })
  })

  describe.each([...VIEWS, ...STILL_VIEWS])('$name', ({ name, path, loaded }) => {
    it('is clean for axe and fits at 1280 and 390 pixels, light and dark, and at 200 % zoom (I-02)', async () => {
      await using api = await startFaultyApi(await fewItems())
      await using site = await startSite(built, api.listener)
      const { page, complaints } = await site.open(path, name === 'gone' ? { expected: FAILED_REQUEST } : {})
      // Zooming to 200 % leaves a screen of 1280 with 640 CSS pixels.
      for (const [width, scheme] of [
        [1280, 'light'],
        [390, 'dark'],
        [640, 'light'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
        await page.getByText(loaded).first().waitFor()
        await photograph(page, `${name}-${scheme}-${width}`)
        expect(await axeViolations(page)).toEqual([])
        expect(await sidewaysOverflow(page)).toEqual([])
      }
      expect(complaints).toEqual([])
    })
  })

  describe.each(VIEWS)('$name', ({ name, path, loaded, failure }) => {
    it('shows an outline on a slow network, says what failed when the API answers 500, and recovers (I-02)', async () => {
      await using api = await startFaultyApi(await fewItems())
      const { promise, resolve: answer } = Promise.withResolvers<void>()
      api.held = promise
      api.failing = /^GET/
      await using site = await startSite(built, api.listener)
      const { page } = await site.open(path, { expected: FAILED_REQUEST })
      await page.getByText('Loading…').first().waitFor({ state: 'attached' })
      await photograph(page, `${name}-slow`)
      answer()
      await page.getByRole('heading', { name: failure }).waitFor()
      await photograph(page, `${name}-500`)
      expect(await axeViolations(page)).toEqual([])
      expect(await page.getByText('stack trace').count()).toBe(0)
      api.failing = undefined
      await page.getByRole('button', { name: text.tryAgain }).click()
      await page.getByText(loaded).first().waitFor()
    })
  })

  it('says what will be in an empty list, and that nothing was found (I-02)', async () => {
    await using api = await startFaultyApi(await noItems())
    await using site = await startSite(built, api.listener)
    for (const [path, title] of [
      ['/', text.noItems],
      ['/?q=zebra', text.noItemsFound],
    ] as const) {
      const { page, complaints } = await site.open(path)
      await page.getByRole('heading', { name: title }).waitFor()
      await photograph(page, path === '/' ? 'empty' : 'not-found')
      expect(await axeViolations(page)).toEqual([])
      expect(complaints).toEqual([])
    }
  })

  it('pages through 10,000 items, and keeps the place over a reload, back and forward (I-01, I-02)', async () => {
    await using api = await startFaultyApi(await manyItems())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/')
    const shows = (name: string) => page.getByRole('link', { name, exact: true }).waitFor()
    await shows('Item 10000')
    // The first rows come before the others, so that they are seen sooner.
    await shows('Item 9976')
    expect(
      await page
        .getByRole('listitem')
        .filter({ has: page.getByRole('heading') })
        .count(),
    ).toBe(25)
    await page.getByRole('button', { name: text.older }).click()
    await shows('Item 9975')
    await page.getByRole('button', { name: text.older }).click()
    await shows('Item 9950')
    await page.reload()
    await shows('Item 9950')
    await photograph(page, 'third-page')
    await page.getByRole('button', { name: text.newer }).click()
    await shows('Item 9975')
    await page.goBack()
    await shows('Item 9950')
    await page.getByRole('link', { name: 'Item 9940' }).click()
    await page.getByText('Number 9940 of many.').waitFor()
    await page.goBack()
    await shows('Item 9940')
    await page.waitForFunction(() => window.scrollY > 0)
    const { page: other } = await site.open(new URL(page.url()).pathname + new URL(page.url()).search)
    await other.getByRole('link', { name: 'Item 9950', exact: true }).waitFor()
    await other.getByRole('button', { name: text.newest }).click()
    await other.getByRole('link', { name: 'Item 10000', exact: true }).waitFor()
    expect(complaints).toEqual([])
  })

  it('searches further than one answer, keeps the search in the address, and says how to go on (I-02)', async () => {
    await using api = await startFaultyApi(await manyItems())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/')
    await page.getByRole('searchbox').fill('needle')
    await page.getByRole('heading', { name: text.noneFoundSoFar }).waitFor()
    await photograph(page, 'not-found-so-far')
    expect(new URL(page.url()).search).toBe('?q=needle')
    expect(await axeViolations(page)).toEqual([])
    for (const _ of [1, 2, 3]) {
      const before = page.url()
      await page.getByRole('button', { name: text.searchOlder }).click()
      await page.waitForURL(url => url.href !== before)
      await page
        .getByRole('heading', { name: text.noneFoundSoFar })
        .or(page.getByRole('link', { name: 'Needle' }))
        .first()
        .waitFor()
    }
    await page.getByRole('link', { name: 'Needle' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Needle' }).waitFor()
    expect(await page.getByRole('searchbox').inputValue()).toBe('needle')
    expect(complaints).toEqual([])
  })

  it('leads on from an address whose place in the list is gone (I-02)', async () => {
    await using api = await startFaultyApi(await fewItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/?after=tampered', { expected: FAILED_REQUEST })
    await page.getByRole('heading', { name: text.placeGone }).waitFor()
    await photograph(page, 'place-gone')
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('link', { name: text.newest }).click()
    await page.getByRole('link', { name: 'Paper knife' }).waitFor()
  })
})
