import { type BuiltSite, chromiumPath, needsChromium, passedOnTo } from '@terrace/ui/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPERATOR } from '../../api/testing/environment.ts'
import { describeShop } from '../../api/testing/running-shop.ts'
import { text } from '../src/text.ts'
import { fillIn } from './page-steps.ts'
import { buildShop, logIn, photograph, startSite } from './running-site.ts'

const FAILED_REQUEST = /Failed to load resource/

describe.skipIf(!chromiumPath)(needsChromium('the store in front of the real API'), () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildShop()
  })
  afterAll(() => built?.close())

  describeShop('with its database', start => {
    it('goes from the shelf to a confirmed order, through a refusal, and the operator sees it (S-03)', async () => {
      await using shop = await start({ STOCK_PER_PRODUCT: '3' })
      await using site = await startSite(built, passedOnTo(shop.url))
      const { page } = await site.open('/', { expected: FAILED_REQUEST })
      for (const _ of [1, 2, 3]) await page.getByRole('button', { name: text.addToCartLabel('Red mug') }).click()
      await page.getByRole('link', { name: text.cart }).click()
      await page.getByRole('tab', { name: text.signUp }).click()
      await fillIn(page, {
        [text.name]: 'Bob Example',
        [text.email]: 'bob@example.com',
        [text.password]: 'nine small grey stones',
      })
      await page.getByRole('button', { name: text.signUp }).click()
      await page.getByText(text.orderAs('Bob Example')).waitFor()

      const rival = await shop.visitor().join('rival@example.com')
      expect((await rival.order([{ productId: 1, quantity: 1 }], 'rival-1')).status).toBe(201)
      await page.getByRole('button', { name: text.placeOrder }).click()
      await page.getByRole('button', { name: text.takeLabel(2, 'Red mug') }).click()
      await page.getByRole('button', { name: text.placeOrder }).click()
      await page.getByText(text.acceptedText('bob@example.com')).waitFor()
      await shop.startWorker()
      await page.getByText(text.confirmedText('bob@example.com')).waitFor()
      await photograph(page, 'real-order')

      await page.getByRole('link', { name: text.account }).click()
      await fillIn(page, {
        [text.currentPassword]: 'nine small grey stones',
        [text.newPassword]: 'ten tall green trees',
      })
      await page.getByRole('button', { name: text.changePassword }).click()
      await page.getByText(text.passwordChanged).waitFor()
      await page.getByRole('button', { name: text.logOut }).click()
      await page.getByText(text.loggedOut).waitFor()

      await logIn(page, OPERATOR)
      await page.getByRole('link', { name: text.operations }).click()
      const mug = page.getByRole('row', { name: /Red mug/ })
      await mug.getByText(text.soldOut).waitFor()
      const field = mug.getByRole('textbox', { name: text.newStockOf('Red mug') })
      await field.fill('7')
      await field.press('Enter')
      await mug.getByRole('button', { name: text.setStockLabel('Red mug') }).click()
      await mug.getByText(text.inStock(7)).waitFor()
      await page.getByRole('tab', { name: text.orders }).click()
      await page.getByRole('radio', { name: `${text.confirmed} 2` }).waitFor()
      await page.getByRole('tab', { name: /Dead letters/ }).click()
      await page.getByRole('heading', { name: text.noDeadLetters }).waitFor()
    })
  })
})
