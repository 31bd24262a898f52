import { axeViolations, type BuiltSite, chromiumPath, needsChromium } from '@terrace/ui/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { text } from '../src/text.ts'
import { fillIn, nextTimes, tabTo } from './page-steps.ts'
import { buildShop, logIn, photograph, startSite } from './running-site.ts'
import { ALICE, OPERATOR, smallShop } from './sample-data.ts'
import { standInApi } from './stand-in-api.ts'

const FAILED_REQUEST = /Failed to load resource/

describe.skipIf(!chromiumPath)(needsChromium('accounts in the store'), { concurrent: true }, () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildShop()
  })
  afterAll(() => built?.close())

  it('says under each field what is wrong, the server’s words too, and never stores a password (S-15)', async () => {
    const api = standInApi(smallShop())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/sign-up', { expected: FAILED_REQUEST })
    const send = page.getByRole('button', { name: text.signUp })
    const password = page.getByLabel(text.password, { exact: true })
    await fillIn(page, { [text.email]: 'bob\r\nBcc: all@example.com', [text.password]: 'short' })
    await send.click()
    await page.getByText(text.nameMissing).waitFor()
    await page.getByText(text.emailUnlike).waitFor()
    await page.getByText(text.passwordTooShort('12', '5')).waitFor()
    expect(await page.getByLabel(text.name, { exact: true }).evaluate(field => field === document.activeElement)).toBe(
      true,
    )
    await photograph(page, 'sign-up-wrong')
    expect(await axeViolations(page)).toEqual([])
    await fillIn(page, { [text.name]: 'Bob', [text.email]: 'bob@example.com', [text.password]: 'passwordpassword' })
    await send.click()
    await page.getByText('Password is one of the most common passwords; choose another one').waitFor()
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(
      'passwordpassword',
    )
    expect(await password.inputValue()).toBe('passwordpassword')
    await page.reload()
    expect(await page.getByLabel(text.email).inputValue()).toBe('bob@example.com')
    expect(await password.inputValue()).toBe('')
    await password.fill('nine small grey stones ')
    await password.press('Enter')
    await page.getByText('bob@example.com').waitFor()
    expect(api.state.accounts.at(-1)?.password).toBe('nine small grey stones ')
  })

  it('signs up, logs out and in again, and changes the password with the keyboard alone (S-01, S-15)', async () => {
    const api = standInApi(smallShop())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/sign-up')
    const type = async (label: string, value: string) => {
      await page.getByLabel(label, { exact: true }).waitFor()
      await tabTo(page, label)
      await page.keyboard.type(value)
    }
    const press = async (name: string) => {
      await tabTo(page, name)
      await page.keyboard.press('Enter')
    }
    await type(text.name, 'Bob')
    await type(text.email, 'bob@example.com')
    await type(text.password, 'nine small grey stones')
    await press(text.signUp)
    await page.getByText('bob@example.com').waitFor()
    await press(text.logOut)
    await page.getByText(text.loggedOut).waitFor()
    await press(text.logIn)
    await type(text.email, 'bob@example.com')
    await type(text.password, 'nine small grey stones')
    await page.keyboard.press('Enter')
    await page.getByText('bob@example.com').waitFor()
    await press(text.account)
    await type(text.currentPassword, 'nine small grey stones')
    await type(text.newPassword, 'seven broad blue rivers')
    await press(text.changePassword)
    await page.getByText(text.passwordChanged).waitFor()
    expect(api.state.accounts.at(-1)?.password).toBe('seven broad blue rivers')
    expect(complaints).toEqual([])
  })

  it('lets an operator set stock and retry a dead letter with the keyboard alone (S-01, S-16)', async () => {
    const api = standInApi(smallShop())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/log-in')
    const { keyboard } = page
    await page.getByLabel(text.email).waitFor()
    await tabTo(page, text.email)
    await keyboard.type(OPERATOR.email)
    await tabTo(page, text.password)
    await keyboard.type(OPERATOR.password)
    await keyboard.press('Enter')
    await page.getByRole('link', { name: text.operations }).waitFor()
    await tabTo(page, text.operations)
    await keyboard.press('Enter')
    const bottle = page.getByRole('row', { name: /Water bottle/ })
    await bottle.waitFor()
    await tabTo(page, text.newStockOf('Water bottle'))
    await keyboard.press('ControlOrMeta+a')
    await keyboard.type('25')
    await tabTo(page, text.setStockLabel('Water bottle'))
    await keyboard.press('Enter')
    await bottle.getByText(text.inStock(25)).waitFor()
    // The tabs are one stop: arrows lead from one to the next.
    await tabTo(page, (await page.getByRole('tab', { selected: true }).textContent()) ?? '')
    await keyboard.press('ArrowLeft')
    await page.getByRole('tab', { name: /Dead letters/, selected: true }).waitFor()
    await page.getByRole('row', { name: /A00002/ }).waitFor()
    await tabTo(page, text.retryLabel('A00002'))
    await keyboard.press('Enter')
    await page.getByText(text.retried('A00002')).waitFor()
    expect(complaints).toEqual([])
  })

  it('does not tell at sign-up whether an address is known (S-15)', async () => {
    const api = standInApi(smallShop())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/sign-up', { expected: FAILED_REQUEST })
    await fillIn(page, { [text.name]: 'Bob', [text.email]: ALICE.email, [text.password]: 'nine small grey stones' })
    await page.getByRole('button', { name: text.signUp }).click()
    await page.getByText(text.signedUpNotIn).waitFor()
    await page.getByRole('tab', { name: text.logIn }).click()
    await logIn(page, { ...ALICE, password: 'not the right one' })
    await page.getByText('The address or the password is wrong.').waitFor()
    await photograph(page, 'log-in-wrong')
    await logIn(page, ALICE)
    await page.getByRole('button', { name: text.logOut }).waitFor()
  })

  it('changes the password, logs out, and leads back to what one wanted to see (S-15)', async () => {
    const api = standInApi(smallShop())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/orders/order1', { expected: FAILED_REQUEST })
    await page.getByRole('heading', { name: text.logInFirst }).waitFor()
    await photograph(page, 'order-log-in')
    expect(await axeViolations(page)).toEqual([])
    await logIn(page, ALICE)
    await page.getByRole('heading', { name: text.orderTitle('A00001') }).waitFor()
    await page.getByRole('link', { name: text.account }).click()
    await fillIn(page, { [text.currentPassword]: 'wrong', [text.newPassword]: 'nine small grey stones' })
    await page.getByRole('button', { name: text.changePassword }).click()
    await page.getByText('Current password is wrong').waitFor()
    await fillIn(page, { [text.currentPassword]: ALICE.password })
    await page.getByRole('button', { name: text.changePassword }).click()
    await page.getByText(text.passwordChanged).waitFor()
    await page.getByRole('button', { name: text.logOut }).click()
    await page.getByText(text.loggedOut).waitFor()
    await page.getByRole('link', { name: text.orders }).click()
    await page.getByRole('heading', { name: text.logInFirst }).waitFor()
    expect(await page.getByText('A00001').count()).toBe(0)
  })

  it('has no page for operators to anybody else, and does not load its script (S-15)', async () => {
    const api = standInApi(smallShop())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/log-in')
    const scripts: string[] = []
    page.on('request', request => {
      if (request.url().includes('operations')) scripts.push(request.url())
    })
    await logIn(page, ALICE)
    await page.getByText(ALICE.email).waitFor()
    await page.evaluate(() => {
      history.pushState({}, '', '/operations')
      dispatchEvent(new PopStateEvent('popstate', { state: {} }))
    })
    await page.getByRole('heading', { level: 1, name: text.notFoundTitle }).waitFor()
    expect(scripts).toEqual([])
  })

  it('lets an operator set stock, see orders by state and retry dead letters, live (S-16)', async () => {
    const api = standInApi(smallShop())
    await using site = await startSite(built, api.listener)
    const { page, complaints } = await site.open('/log-in', { expected: FAILED_REQUEST })
    await logIn(page, OPERATOR)
    await page.getByRole('link', { name: text.operations }).click()
    const bottle = page.getByRole('row', { name: /Water bottle/ })
    const field = bottle.getByRole('textbox', { name: text.newStockOf('Water bottle') })
    await field.fill('25')
    await field.press('Enter')
    const [mug] = api.state.products
    Object.assign(mug ?? {}, { stock: 4 })
    await page
      .getByRole('row', { name: /Red mug/ })
      .getByText(text.onlyLeft(4))
      .waitFor()
    expect(await field.inputValue()).toBe('25')
    await bottle.getByRole('button', { name: text.setStockLabel('Water bottle') }).click()
    await bottle.getByText(text.inStock(25)).waitFor()
    const times = await nextTimes(page, '/operations/stock', 3)
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900)
    await page.getByRole('tab', { name: text.orders }).click()
    await page.getByRole('radio', { name: `${text.accepted} 1` }).click()
    await page.getByRole('row', { name: /A00001/ }).waitFor({ state: 'detached' })
    await page.getByText('MessageRejected: the address is suppressed').waitFor()
    await page.getByRole('tab', { name: /Dead letters/ }).click()
    api.failing = /retry/
    await page.getByRole('button', { name: text.retryLabel('A00002') }).click()
    await page.getByText(text.notRetried('A00002', text.errorBroken)).waitFor()
    api.failing = undefined
    await page.getByRole('button', { name: text.retryLabel('A00002') }).click()
    await page.getByText(text.retried('A00002')).waitFor()
    await page.getByRole('row', { name: /A00002/ }).waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })
})
