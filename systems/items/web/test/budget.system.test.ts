import { type BuiltSite, chromiumPath, needsChromium } from '@terrace/ui/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUDGET } from './budget.ts'
import { startFaultyApi } from './faulty-api.ts'
import { measurePageLoad } from './page-load.ts'
import { buildItems, startSite } from './running-site.ts'
import { manyItems } from './sample-items.ts'

describe.skipIf(!chromiumPath)(needsChromium('the weight of the site'), { concurrent: true }, () => {
  let built: BuiltSite
  beforeAll(async () => {
    built = await buildItems()
  })
  afterAll(() => built?.close())

  // How long it takes is measured by `npm run bench -- items-web`: on a busy machine it would say nothing.
  it('keeps to its budget of script before the first list and in all, and nothing jumps (I-02, I-15)', async () => {
    await using api = await startFaultyApi(await manyItems())
    await using site = await startSite(built, api.listener, { traceSampling: 1 })
    const load = await measurePageLoad(site)
    expect(load.scriptBytesBeforeList).toBeGreaterThan(50_000)
    expect(load.scriptBytesBeforeList).toBeLessThanOrEqual(BUDGET.scriptBytesBeforeList)
    expect(load.scriptBytes).toBeGreaterThan(load.scriptBytesBeforeList)
    expect(load.scriptBytes).toBeLessThanOrEqual(BUDGET.scriptBytes)
    expect(load.layoutShift).toBeLessThanOrEqual(BUDGET.layoutShift)
  })

  it('traces its first request by the share that the deployment says, and sends the spans later (I-15)', async () => {
    await using api = await startFaultyApi(await manyItems())
    const { promise, resolve } = Promise.withResolvers<string>()
    await using site = await startSite(built, api.listener, { traceSampling: 1, onSpans: resolve })
    const { page } = await site.open('/nowhere')
    const first = page.waitForRequest(/\/api\/v1\/items/)
    await page.goto(`${site.server.url}/`)
    const { traceparent = '' } = (await first).headers()
    const [, traceId = ''] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(traceparent) ?? []
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    const spans = await promise
    expect(spans).toContain(traceId)
    expect(spans).toContain('items-page')
  })

  it('traces nothing where nobody asked for it (I-15)', async () => {
    await using api = await startFaultyApi(await manyItems())
    await using site = await startSite(built, api.listener)
    const { page } = await site.open('/nowhere')
    const first = page.waitForRequest(/\/api\/v1\/items/)
    await page.goto(`${site.server.url}/`)
    expect((await first).headers().traceparent).toBeUndefined()
  })
})
