import { axeViolations, type BuiltSite, chromiumPath, needsChromium, sidewaysOverflow } from '@terrace/ui/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { text } from '../src/text.ts'
import { buildShop, logIn, photograph, startSite, ZONE } from './running-site.ts'
import { ALICE, emptyShop, largeShop, OPERATOR, smallShop } from './sample-data.ts'
import { standInApi } from './stand-in-api.ts'

const FAILED_REQUEST = /Failed to load resource/

/** Each view: its address, who looks, something that is there once it has loaded, and what it says when it can't. */
const VIEWS = [
  { path: '/', who: undefined, loaded: 'Red mug', failure: text.productsFailure },
  { path: '/orders', who: ALICE, loaded: 'A00002', failure: text.ordersFailure },
  { path: '/orders/order1', who: ALICE, loaded: 'Order A00001', failure: text.orderFailure },
  { path: '/operations', who: OPERATOR, loaded: 'Red mug', failure: text.stockFailure },
  { path: '/operations?view=orders', who: OPERATOR, loaded: 'A00002', failure: text.allOrdersFailure },
  { path: '/operations?view=dead-letters', who: OPERATOR, loaded: 'A00002', failure: text.deadLettersFailure },
] as const

/** Views that load nothing of their own. */
const STILL_VIEWS = [
  { path: '/log-in', who: undefined, loaded: text.password },
  { path: '/account', who: ALICE, loaded: text.changePassword },
  { path: '/cart', who: undefined, loaded: text.emptyCart },
  { path: '/nowhere', who: undefined, loaded: text.notFoundTitle },
] as const

const nameOf = (path: string) => path.replace(/\W+/g, '-').replace(/^-/, '') || 'store'

/** Logged in before anything is measured. */
async function enter(page: Page, who: typeof ALICE | typeof OPERATOR | undefined, path: string): Promise<void> {
  if (!who) return
  await page.goto(new URL('/log-in', page.url()).href)
  await logIn(page, who)
  await page.getByText(who.email).waitFor()
  await page.goto(new URL(path, page.url()).href)
}

describe.skipIf(!chromiumPath)(needsChromium('the views of the store'), { concurrent: true }, () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildShop()
  })
  afterAll(() => built?.close())

  // First what waits for the store's own time-outs: the rest fills that time.
  it('says quietly that the API does not answer, and goes on when it does again (S-01)', async () => {
    const api = standInApi(smallShop())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/', { expected: /./ })
    await page.getByText('Red mug').first().waitFor()
    api.silent = /./
    await page.getByText(text.away).waitFor()
    await photograph(page, 'away')
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: text.addToCartLabel('Red mug') }).click()
    api.silent = undefined
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await page.getByText(text.away).waitFor({ state: 'detached' })
  })

  it('keeps what is known in sight when a refresh fails, and the shop usable without pictures (S-01)', async () => {
    const state = smallShop()
    for (const product of state.products) product.picture = '/api/pictures/none.jpeg'
    const api = standInApi(state)
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/', { expected: FAILED_REQUEST })
    await page.getByRole('img', { name: text.pictureMissing }).first().waitFor()
    api.failing = /products/
    await page.getByRole('button', { name: text.addToCartLabel('Red mug') }).click()
    await page.getByRole('link', { name: text.cart }).click()
    await page.getByText('could not be refreshed').waitFor()
    await page.getByRole('heading', { name: 'Red mug' }).waitFor()
    await photograph(page, 'cart-partly')
    expect(await axeViolations(page)).toEqual([])
  })

  describe.each([...VIEWS, ...STILL_VIEWS])('$path', ({ path, who, loaded }) => {
    it('is clean for axe and fits at 1280 and 390 pixels, light and dark, and at 200 % zoom (S-01)', async () => {
      const api = standInApi(smallShop())
      await using site = await startSite(built, api.listener)
      const { page, complaints } = await site.open(path)
      await enter(page, who, path)
      // Zooming to 200 % leaves a screen of 1280 with 640 CSS pixels.
      for (const [width, scheme] of [
        [1280, 'light'],
        [390, 'dark'],
        [640, 'light'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
        await page.getByText(loaded).first().waitFor()
        await page.waitForFunction(() => [...document.images].every(image => image.complete))
        await photograph(page, `${nameOf(path)}-${scheme}-${width}`)
        expect(await axeViolations(page)).toEqual([])
        expect(await sidewaysOverflow(page)).toEqual([])
      }
      await page.getByText(text.servedBy(ZONE)).waitFor()
      expect(complaints).toEqual([])
    })
  })

  describe.each(VIEWS)('$path', ({ path, who, loaded, failure }) => {
    it('shows an outline on a slow network, says what failed when the API answers 500, and recovers (S-01)', async () => {
      const api = standInApi(smallShop())
      await using site = await startSite(built, api.listener)
      const { page } = await site.open('/log-in')
      await enter(page, who, '/account')
      if (who) await page.getByText(who.email).waitFor()
      const { promise, resolve: answer } = Promise.withResolvers<void>()
      api.held = promise
      api.failing = /^GET \/api\/(products|orders|operations)/
      await page.goto(`${site.server.url}${path}`)
      await page.getByText('Loading…').first().waitFor({ state: 'attached' })
      await photograph(page, `${nameOf(path)}-slow`)
      answer()
      await page.getByRole('heading', { name: failure }).waitFor()
      await photograph(page, `${nameOf(path)}-500`)
      expect(await axeViolations(page)).toEqual([])
      expect(await page.getByText('stack trace').count()).toBe(0)
      api.failing = undefined
      // Live views may try by themselves first.
      await page
        .getByText(loaded)
        .first()
        .or(page.getByRole('button', { name: 'Try again' }))
        .first()
        .click()
      await page.getByText(loaded).first().waitFor()
    })
  })

  it('says what will be in an empty shop and offers the first step (S-01)', async () => {
    const api = standInApi(emptyShop())
    await using site = await startSite(built, api.listener)
    for (const [path, who, title] of [
      ['/', undefined, text.noProducts],
      ['/cart', undefined, text.emptyCart],
      ['/orders', ALICE, text.noOrders],
      ['/operations?view=orders', OPERATOR, text.noOrdersAtAll],
      ['/operations?view=dead-letters', OPERATOR, text.noDeadLetters],
    ] as const) {
      const { page, complaints } = await site.open(path)
      await enter(page, who, path)
      await page.getByRole('heading', { name: title }).waitFor()
      await photograph(page, `${nameOf(path)}-empty`)
      expect(await axeViolations(page)).toEqual([])
      expect(complaints).toEqual([])
    }
  })

  it('pages through 10,000 orders, of one and of all (S-15)', async () => {
    const api = standInApi(largeShop())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/orders')
    await enter(page, ALICE, '/orders')
    await page.getByText('1–25 of 10,000').waitFor()
    await page.getByRole('button', { name: 'Page 400 of 400' }).click()
    await page.getByRole('link', { name: 'A00001', exact: true }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'A00001', exact: true }).waitFor()
    const { page: other } = await site.open('/operations?view=orders')
    await enter(other, OPERATOR, '/operations?view=orders')
    await other.getByText('1–25 of 10,000').waitFor()
    expect(complaints).toEqual([])
  })
})
