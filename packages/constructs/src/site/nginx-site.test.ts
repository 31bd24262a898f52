import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningNginx, startNginx } from '../../test/running-nginx.ts'
import { temporaryFolder } from '../../test/support.ts'
import { nginxSite } from './nginx-site.ts'

const installed = spawnSync('nginx', ['-v']).status === 0
const skipped = installed ? '' : ' (skipped: nginx is not installed)'

describe.skipIf(!installed)(`NGINX as a web tier${skipped}`, () => {
  const api = createServer((asked, answer) => answer.end(JSON.stringify({ url: asked.url, headers: asked.headers })))
  let nginx: RunningNginx
  const get = (path: string, host: string, headers: Readonly<Record<string, string>> = {}) =>
    nginx.get(path, { host, ...headers })

  beforeAll(async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'site/assets'), { recursive: true })
    writeFileSync(join(folder, 'site/index.html'), '<title>Library</title>')
    writeFileSync(join(folder, 'site/assets/index-0a1b.js'), 'export {}')
    api.listen(0, '127.0.0.1')
    await once(api, 'listening')
    const apiPort = (api.address() as AddressInfo).port
    nginx = await startNginx(folder, port =>
      nginxSite({
        root: `${folder}/site`,
        port,
        apiName: 'app.library.example.com',
        apiBalancer: `127.0.0.1:${apiPort}`,
        connectTo: ['app.library.example.com'],
      }).replaceAll(`listen ${port}`, `listen 127.0.0.1:${port}`),
    )
  })

  afterAll(async () => {
    await nginx?.stop()
    api.close()
  })

  it('L-18: serves the page under any name, to be asked for again, with its policy', async () => {
    const page = await get('/', 'library.example.com')
    expect(page).toMatchObject({ status: 200, body: '<title>Library</title>' })
    expect(page.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-security-policy': expect.stringContaining("connect-src 'self' app.library.example.com;"),
      'x-content-type-options': 'nosniff',
    })
    expect(await get('/index.html', 'anything.example.org')).toMatchObject({ status: 200 })
  })

  it('L-18: lets hashed files be kept for good', async () => {
    const asset = await get('/assets/index-0a1b.js', 'library.example.com')
    expect(asset.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable' })
  })

  it('L-18: passes calls for the API on, with path, query, host and the caller’s address', async () => {
    const answer = await get('/books/?q=a%20b', 'app.library.example.com', { 'x-forwarded-proto': 'https' })
    const { url, headers } = JSON.parse(answer.body)
    expect(url).toBe('/books/?q=a%20b')
    expect(headers).toMatchObject({
      host: 'app.library.example.com',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
    })
  })

  it('L-05 and L-18: is ready by itself, whatever the API is doing', async () => {
    expect(await get('/readyz', '10.0.2.17')).toMatchObject({ status: 200, body: 'ready\n' })
    expect(await get('/nothing.txt', 'library.example.com')).toMatchObject({ status: 404 })
  })
})
