import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RunningNginx, startNginx } from '../../test/running-nginx.ts'
import { temporaryFolder } from '../../test/support.ts'
import { nginxStore } from './nginx-store.ts'

const installed = spawnSync('nginx', ['-v']).status === 0
const skipped = installed ? '' : ' (skipped: nginx is not installed)'

describe.skipIf(!installed)(`NGINX before a store${skipped}`, () => {
  let answers: { status: number; headers: Record<string, string>; body: string }
  let asked: { url: string | undefined; headers: Readonly<Record<string, unknown>>; connection: number }[] = []
  const api = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers, connection: request.socket.remotePort ?? 0 })
    response.writeHead(answers.status, answers.headers).end(answers.body)
  })
  let nginx: RunningNginx

  beforeAll(async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'site/assets'), { recursive: true })
    writeFileSync(join(folder, 'site/index.html'), '<title>Shop</title>')
    writeFileSync(join(folder, 'site/assets/index-0a1b.js'), 'export {}')
    api.listen(0, '127.0.0.1')
    await once(api, 'listening')
    nginx = await startNginx(folder, port => configuration(folder, port, (api.address() as AddressInfo).port))
  })
  afterAll(async () => {
    await nginx?.stop()
    api.closeAllConnections()
    api.close()
  })
  beforeEach(() => {
    asked = []
    answers = { status: 200, headers: { 'content-type': 'application/json' }, body: '[]' }
  })

  it('S-01: serves the store, under every path that is no file, and says which zone served it', async () => {
    for (const path of ['/', '/orders/7', '/index.html']) {
      const page = await nginx.get(path)
      expect(page).toMatchObject({ status: 200, body: '<title>Shop</title>' })
      expect(page.headers).toMatchObject({
        'x-served-by': 'us-east-1a',
        'cache-control': 'no-cache',
        'content-security-policy': expect.stringContaining("connect-src 'self';"),
      })
    }
    expect(await nginx.get('/zone.json')).toMatchObject({ body: '{"zone":"us-east-1a"}' })
    expect(await nginx.get('/assets/none.js')).toMatchObject({ status: 404 })
    expect(await nginx.get('/readyz')).toMatchObject({ status: 200 })
  })

  it('S-02: passes calls on with path, query, host, cookie and the address of who asks', async () => {
    const { headers } = await nginx.get('/api/products?q=a%20b', {
      host: 'shop.example.com',
      cookie: 'session=1',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
    })
    expect(asked).toMatchObject([
      {
        url: '/api/products?q=a%20b',
        headers: {
          host: 'shop.example.com',
          cookie: 'session=1',
          'x-forwarded-for': '203.0.113.9, 127.0.0.1',
          'x-forwarded-proto': 'https',
        },
      },
    ])
    expect(headers).toMatchObject({ 'x-served-by': 'us-east-1a', 'content-type': 'application/json' })
    expect(headers).not.toHaveProperty('content-security-policy')
  })

  it('S-02: keeps its connections to the API', async () => {
    for (let call = 0; call < 5; call++) await nginx.get('/api/products')
    expect(new Set(asked.map(({ connection }) => connection)).size).toBe(1)
  })

  it('S-02: asks for a picture once, for everybody, and has it when the API is away', async () => {
    answers = {
      status: 200,
      headers: { 'cache-control': 'public, max-age=1', 'set-cookie': 'session=2', etag: '"1"' },
      body: 'jpeg',
    }
    const first = await nginx.get('/api/pictures/red-mug.jpeg', { cookie: 'session=1' })
    expect(first.headers).toMatchObject({ 'x-cache': 'MISS', 'x-served-by': 'us-east-1a' })
    expect(first.headers).not.toHaveProperty('set-cookie')
    const second = await nginx.get('/api/pictures/red-mug.jpeg', { cookie: 'session=other' })
    expect(second).toMatchObject({ body: 'jpeg', headers: { 'x-cache': 'HIT' } })
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers).not.toHaveProperty('cookie')

    answers = { status: 503, headers: {}, body: '' }
    const stale = () => nginx.get('/api/pictures/red-mug.jpeg').then(({ headers }) => headers['x-cache'])
    await expect.poll(stale, { timeout: 5_000 }).toBe('STALE')
    expect(await nginx.get('/api/pictures/red-mug.jpeg')).toMatchObject({ status: 200, body: 'jpeg' })
  })
})

// What the instance does: its zone, and a cache of its own. `resolve` is younger than the NGINX of some distributions.
const configuration = (folder: string, port: number, apiPort: number): string =>
  nginxStore({ root: `${folder}/site`, port, apiBalancer: '127.0.0.1', cached: ['/api/pictures/'] })
    .replaceAll('@zone@', 'us-east-1a')
    .replace('127.0.0.1:80 resolve', `127.0.0.1:${apiPort}`)
    .replace('/var/cache/', `${folder}/`)
    .replace(`listen ${port}`, `listen 127.0.0.1:${port}`)
