import type { BundledProgram } from '@terrace/service/testing'
import { type BuiltSite, chromiumPath, needsChromium, passedOnTo } from '@terrace/ui/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBundle, startSecrets } from '../../api/testing/processes.ts'
import { startTables } from '../../api/testing/tables.ts'
import { text } from '../src/text.ts'
import { fillIn, rowOf } from './page-steps.ts'
import { buildItems, photograph, startSite } from './running-site.ts'

describe.skipIf(!chromiumPath)(needsChromium('the site in front of the process that is deployed'), () => {
  let built: BuiltSite
  let bundle: BundledProgram
  beforeAll(async () => {
    ;[built, bundle] = await Promise.all([buildItems(), startBundle()])
  })
  afterAll(async () => {
    bundle?.[Symbol.dispose]()
    await built?.close()
  })

  it('adds, searches, pages, edits in two tabs, deletes and brings back, on DynamoDB (I-02, I-17)', async () => {
    await using tables = await startTables()
    using secrets = await startSecrets()
    secrets.stages.set('AWSCURRENT', 'the key of the cursors')
    const api = bundle.start({
      TABLE_NAME: await tables.create(),
      CURSOR_SECRET: 'cursors',
      ENVIRONMENT: 'prod',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: tables.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    })
    const url = await api.ready()
    const pass = passedOnTo(url)
    await using site = await startSite(built, (request, response) => pass(request, response))
    for (let count = 1; count <= 30; count += 1) {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ name: `Item ${count}` })
      expect((await fetch(`${url}/api/v1/items`, { method: 'POST', headers, body })).status).toBe(201)
    }

    const { page } = await site.open('/', { expected: /412/ })
    await page.getByText(text.runsIn('prod', '1.0.0')).waitFor()
    await page.getByRole('button', { name: text.addItem }).click()
    await fillIn(page, 'Zephyr', 'A wind.')
    await page.getByRole('dialog').getByRole('button', { name: text.addItem }).click()
    await rowOf(page, 'Zephyr').getByRole('link').waitFor()
    await page.getByRole('button', { name: text.older }).click()
    await rowOf(page, 'Item 1').waitFor()
    await page.getByRole('searchbox').fill('ZEPH')
    await rowOf(page, 'Zephyr').waitFor()

    const { page: other } = await site.open('/?q=zeph', { context: page.context() })
    await other.getByRole('button', { name: text.editLabel('Zephyr') }).click()
    await page.getByRole('button', { name: text.editLabel('Zephyr') }).click()
    await fillIn(page, 'Zephyr two')
    await page.keyboard.press('Enter')
    await page.getByText(text.itemSaved('Zephyr two')).waitFor()
    await fillIn(other, 'Zephyr three')
    await other.keyboard.press('Enter')
    await other.getByRole('button', { name: text.compareLabel('Zephyr three') }).click()
    await other.getByRole('dialog').getByRole('button', { name: text.keepMine }).click()
    await other.getByText(text.itemSaved('Zephyr three')).waitFor()
    await photograph(other, 'real')

    await other.getByRole('button', { name: text.deleteLabel('Zephyr three') }).click()
    await other.getByRole('heading', { name: text.noItemsFound }).waitFor()
    await other.getByRole('button', { name: text.undo }).click()
    await rowOf(other, 'Zephyr three').waitFor()
  })
})
