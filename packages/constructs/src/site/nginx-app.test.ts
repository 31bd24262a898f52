import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, type RunningNginx, startNginx } from '../../test/running-nginx.ts'
import { temporaryFolder } from '../../test/support.ts'
import { INSTANCE_CERTIFICATE, selfSignedScript } from '../workload/self-signed.ts'
import { nginxApp } from './nginx-app.ts'

const installed = [
  ['nginx', '-v'],
  ['openssl', 'version'],
].every(([name = '', word = '']) => spawnSync(name, [word]).status === 0)
const skipped = installed ? '' : ' (skipped: nginx or openssl is not installed)'

describe.skipIf(!installed)(`NGINX between two balancers that speak TLS${skipped}`, () => {
  const folder = temporaryFolder()
  const file = (name: string) => join(folder, name)
  const asked: { readonly url: string | undefined; readonly headers: Readonly<Record<string, unknown>> }[] = []
  let nginx: RunningNginx
  let tlsPort = 0
  let closeApi = () => {}

  beforeAll(async () => {
    // The instance's own certificate is made by the line of the user data.
    const line = selfSignedScript.slice(selfSignedScript.indexOf('openssl req'))
    const here = line
      .replace(INSTANCE_CERTIFICATE.key, file('a.key'))
      .replace(INSTANCE_CERTIFICATE.certificate, file('a.crt'))
    expect(spawnSync('sh', ['-c', here]).status).toBe(0)
    const names = ['-subj', '/CN=api.localhost', '-addext', 'subjectAltName=DNS:api.localhost']
    const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('api.key'), '-out', file('api.crt')]
    expect(spawnSync('openssl', [...make, ...names]).status).toBe(0)
    const [key, cert] = [readFileSync(file('api.key')), readFileSync(file('api.crt'))]
    const api = createServer({ key, cert }, (incoming, response) => {
      asked.push({ url: incoming.url, headers: incoming.headers })
      response.setHeader('X-Content-Type-Options', 'nosniff').end('{}')
    }).listen(0, '127.0.0.1')
    await once(api, 'listening')
    closeApi = () => void api.close(() => {}).closeAllConnections()
    mkdirSync(file('site/assets'), { recursive: true })
    writeFileSync(file('site/index.html'), '<title>Items</title>')
    tlsPort = await freePort()
    nginx = await startNginx(folder, readyPort => configuration(readyPort, (api.address() as AddressInfo).port))
  })
  afterAll(async () => {
    await nginx?.stop()
    closeApi()
  })

  /** As rendered here: no resolver, the API where it listens, its own certificate for the authorities’. */
  const configuration = (readyPort: number, apiPort: number) =>
    nginxApp({
      root: file('site'),
      readyPort,
      tlsPort,
      certificate: { certificate: file('a.crt'), key: file('a.key') },
      api: 'api.localhost',
      settings: { environment: 'dev', traceSampling: 0.1 },
      collector: 'http://127.0.0.1:9',
    })
      .replace(/ {2}server api\.localhost:443 resolve/, `  server 127.0.0.1:${apiPort}`)
      .replace('/etc/pki/tls/certs/ca-bundle.crt', file('api.crt'))

  const ask = (path: string, method = 'GET', headers: Readonly<Record<string, string>> = {}) =>
    new Promise<{
      status: number | undefined
      headers: Readonly<Record<string, unknown>>
      raw: readonly string[]
      body: string
    }>((resolve, reject) => {
      const sent = request(
        { port: tlsPort, host: '127.0.0.1', path, method, headers, rejectUnauthorized: false, agent: false },
        async response => {
          const body = Buffer.concat(await response.toArray()).toString()
          resolve({ status: response.statusCode, headers: response.headers, raw: response.rawHeaders, body })
        },
      )
      sent.on('error', reject).end()
    })

  it('I-05, I-06: serves the site over TLS, under every path that is no file', async () => {
    for (const path of ['/', '/items/7']) {
      expect(await ask(path)).toMatchObject({
        status: 200,
        body: '<title>Items</title>',
        headers: {
          'content-security-policy': expect.stringContaining("default-src 'self'"),
          'cache-control': 'no-cache',
        },
      })
    }
    expect(await ask('/assets/none.js')).toMatchObject({ status: 404 })
    expect(await ask('/config.json')).toMatchObject({ body: '{"environment":"dev","traceSampling":0.1}' })
  })

  it('says that it is there, on a port of its own nothing else', async () => {
    expect(await nginx.get('/readyz')).toMatchObject({ status: 200 })
    expect(await nginx.get('/')).toMatchObject({ status: 404 })
    expect(await ask('/readyz')).toMatchObject({ status: 200 })
  })

  it('I-07: carries calls to the API by its name, with who asked, and adds no header that is there', async () => {
    const { status, raw } = await ask('/api/v1/items?q=a%20b', 'GET', {
      Host: 'app.example.com',
      'X-Forwarded-For': '198.51.100.7',
      'X-Forwarded-Proto': 'https',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    })
    expect(status).toBe(200)
    expect(raw.filter(name => name.toLowerCase() === 'x-content-type-options')).toHaveLength(1)
    expect(asked.at(-1)).toMatchObject({
      url: '/api/v1/items?q=a%20b',
      headers: {
        host: 'api.localhost',
        'x-forwarded-host': 'app.example.com',
        'x-forwarded-for': '198.51.100.7, 127.0.0.1',
        'x-forwarded-proto': 'https',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    })
  })

  it('I-15: takes spans by POST alone', async () => {
    expect(await ask('/telemetry/v1/traces')).toMatchObject({ status: 403 })
    // Nobody listens there: it was passed on.
    expect(await ask('/telemetry/v1/traces', 'POST')).toMatchObject({ status: 502 })
  })
})
