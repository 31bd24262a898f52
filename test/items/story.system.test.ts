import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aws } from '../aws.ts'
import { isInstalled, run } from '../commands.ts'
import { call } from '../http.ts'
import type { Running } from '../running.ts'
import { create, created, type Item, itemsOf, namesOf, pageOf } from './calls.ts'
import { apiOf, atFrontend, frontendOf, startItems, targetsAsked } from './running.ts'

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c']

describe.skipIf(!isInstalled('nginx'))('the items, in the environment prod (need NGINX)', () => {
  let items: Running
  beforeAll(async () => {
    items = await startItems({ context: { environment: 'prod', rate: '100000' } })
  })
  afterAll(() => items?.stop())

  /** As a browser on this machine says it: the port stands for 443. */
  const origin = (host: string) => `http://${host}:${new URL(items.site).port}`

  it('I-04, I-05, I-19: has an instance and a task in each of three zones, which all serve, and runs as a whole', async () => {
    const { ready, tiers } = await items.cloud.status()
    expect(ready).toBe(true)
    for (const { instances } of tiers) expect(instances.map(({ zone }) => zone).sort()).toEqual(ZONES)
    const visit = async () => expect((await call(`${items.site}/api/v1/info`)).status).toBe(200)
    const frontend = (await frontendOf(items)).instances.map(({ address }) => `${address}:443`)
    const api = (await apiOf(items)).instances.map(({ address }) => `${address}:8443`)
    const asked = async (host: string) => {
      await visit()
      return targetsAsked(items, host)
    }
    await expect.poll(() => asked('items.localhost')).toEqual(new Set(frontend))
    await expect.poll(() => asked('api.items.localhost')).toEqual(new Set(api))
    expect(items.architecture.gaps).toEqual([])
  })

  it('I-01, I-02, I-07: shows the page under both names, and says what it is', async () => {
    for (const host of ['items.localhost', 'app.items.localhost']) {
      const site = items.site.replace('items.localhost', host)
      const page = await call(`${site}/`)
      expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html'])
      expect(page.body).toContain('<div id="root">')
      const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page.body) ?? []
      const loaded = await call(`${site}${script}`)
      expect([loaded.status, loaded.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
      const info = JSON.parse((await call(`${site}/api/v1/info`)).body)
      expect(info).toMatchObject({ name: 'items', version: '0.1.0', environment: 'prod' })
    }
    // Paths of the page itself; what is none of a page's is not there.
    expect((await call(`${items.site}/items/new`)).body).toContain('<div id="root">')
    expect((await call(`${items.site}/assets/none.js`)).status).toBe(404)
  })

  it('I-01: creates, lists by pages, changes, deletes and restores an item', async () => {
    const item = await created(items, 'First', 'of all')
    const path = `${itemsOf(items)}/${item.id}`
    for (const name of ['Second', 'Third']) await created(items, name)
    const first = await pageOf(items, '?limit=2')
    expect(first.items.map(({ name }) => name)).toEqual(['Third', 'Second'])
    const second = await pageOf(items, `?limit=2&cursor=${encodeURIComponent(first.next ?? '')}`)
    expect(second).toMatchObject({ items: [{ name: 'First', description: 'of all' }], next: null })
    expect((await pageOf(items, '?q=ECO')).items.map(({ name }) => name)).toEqual(['Second'])

    const change = { method: 'PUT', body: { name: 'First again' }, headers: { 'If-Match': '"1"' } } as const
    expect((await call(path, change)).status).toBe(200)
    expect((await call(path, change)).status).toBe(412)
    expect((await call(path, { method: 'DELETE' })).status).toBe(204)
    expect((await call(path, { method: 'DELETE' })).status).toBe(404)
    expect(await namesOf(items)).toEqual(['Third', 'Second'])
    expect((await call(`${path}/restore`, { method: 'POST' })).status).toBe(200)
    expect(await namesOf(items)).toEqual(['Third', 'Second', 'First again'])
  })

  it('I-01: makes one item of a request that is repeated, and nothing of one that is wrong', async () => {
    const headers = { 'Idempotency-Key': 'story-1' }
    const before = await namesOf(items)
    const answers = [
      await create(items, { name: 'Once' }, { headers }),
      await create(items, { name: 'Once' }, { headers }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(new Set(answers.map(({ body }) => (JSON.parse(body) as Item).id)).size).toBe(1)
    expect((await create(items, { name: 'Twice' }, { headers })).status).toBe(422)
    const [{ next }] = [await pageOf(items, '?limit=1&q=First')]
    const wrong = [
      [await create(items, { name: 7 }), 422],
      [await create(items, { name: 'x', color: 'red' }), 422],
      [await create(items, { name: 'x', description: 'y'.repeat(400 * 1024) }), 413],
      [await call(`${itemsOf(items)}?cursor=bm90IG91cnM`), 400],
      [await call(`${itemsOf(items)}?q=Second&cursor=${encodeURIComponent(next ?? 'bm90')}`), 400],
    ] as const
    for (const [{ status, headers: said, body }, expected] of wrong) {
      expect([status, said['content-type'], body.length > 0]).toEqual([
        expected,
        expect.stringContaining('application/problem+json'),
        true,
      ])
    }
    expect(await namesOf(items)).toEqual(['Once', ...before])
  })

  it('I-08: takes changes from its own pages alone', async () => {
    const before = await namesOf(items)
    for (const foreign of ['https://elsewhere.example.com', 'null', 'http://app.items.localhost']) {
      const answer = await create(items, { name: 'From elsewhere' }, { headers: { Origin: foreign } })
      expect([foreign, answer.status]).toEqual([foreign, 403])
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
    for (const own of [origin('app.items.localhost'), origin('items.localhost')]) {
      const preflight = await call(itemsOf(items), {
        method: 'OPTIONS',
        headers: { Origin: own, 'Access-Control-Request-Method': 'POST' },
      })
      expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, own])
    }
    expect(
      (await create(items, { name: 'At home' }, { headers: { Origin: origin('app.items.localhost') } })).status,
    ).toBe(201)
    expect(await namesOf(items)).toEqual(['At home', ...before])
  })

  it('I-06, I-07: the API has a name inside alone, TLS on every step, and nobody but its balancer reaches its tasks', async () => {
    const api = (await apiOf(items)).instances[0]?.address ?? ''
    const outside = await call(items.site.replace('items.localhost', 'api.items.localhost'))
    expect([outside.status, outside.body]).toEqual([404, expect.stringContaining('No record of this system')])
    const urls = ['https://api.items.localhost/api/v1/info', 'http://127.0.0.1:443/', `https://${api}:8443/livez`]
    const { out, errors } = await atFrontend(items, environment =>
      run(process.execPath, [join(import.meta.dirname, 'ask.ts'), ...urls], environment),
    )
    expect([out.trim().split('\n'), errors]).toEqual([['200', '400', 'no answer'], ''])
    await items.cloud.journal.find(
      ({ kind, message }) => kind === 'network.dropped' && message.includes('allows TCP 8443'),
    )
    const groups = await aws(items, 'elasticloadbalancing', { Action: 'DescribeTargetGroups', Version: '2015-12-01' })
    expect([...groups.matchAll(/<Protocol>(\w+)<\/Protocol>/g)].map(([, protocol]) => protocol)).toEqual([
      'HTTPS',
      'HTTPS',
    ])
  })

  it('I-17: keeps what was written over a restart, with its version', async () => {
    const names = await namesOf(items)
    const kept = (await pageOf(items, '?q=First')).items
    await items.stop({ keep: true })
    items = await startItems({ context: { environment: 'prod', rate: '100000' }, stateFolder: items.stateFolder })
    expect(await namesOf(items)).toEqual(names)
    expect((await pageOf(items, '?q=First')).items).toEqual(kept)
    expect(kept).toMatchObject([{ name: 'First again', version: 2 }])
  })
})
