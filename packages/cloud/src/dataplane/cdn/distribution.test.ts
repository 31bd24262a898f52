import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { seconds } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { TEST_CLIENT, talk } from '../http1/testing.ts'
import {
  ALL,
  type Bench,
  BY_ORIGIN,
  behavior,
  bench,
  CACHING_DISABLED,
  caching,
  type OriginAnswer,
  only,
  origin,
} from './testing.ts'

const open: Bench[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()))
})

async function start(by: OriginAnswer, changes: Partial<Distribution> = {}, secure = true): Promise<Bench> {
  const one = await bench(by, changes, { ...TEST_CLIENT, secure, entryPort: secure ? 443 : 80 })
  open.push(one)
  return one
}

const saying =
  (status: number, headers: Record<string, string | string[]> = {}, text = 'hello'): OriginAnswer =>
  (_, response) => {
    response.writeHead(status, headers)
    response.end(text)
  }

const cacheOf = (got: { headers: Record<string, unknown> }) => got.headers['x-cache']
const with_ = (changes: Parameters<typeof behavior>[0]): Partial<Distribution> => ({ behaviors: [behavior(changes)] })

describe('the way in', () => {
  it.each([
    ['GET', 301],
    ['HEAD', 301],
    ['POST', 307],
    ['DELETE', 307],
  ])('sends a viewer that asks %s over HTTP to HTTPS by %i (L-16)', async (method, status) => {
    const { get, asked } = await start(saying(200), {}, false)
    const got = await get('/a%20b?x=1', { method, headers: { host: 'library.example.com:8080' } })
    expect(got.status).toBe(status)
    expect(got.headers.location).toBe('https://library.example.com/a%20b?x=1')
    expect(got.headers).toMatchObject({ server: 'CloudFront', 'x-cache': 'Redirect from cloudfront' })
    expect(asked).toHaveLength(0)
  })

  it('refuses HTTP where only HTTPS is allowed, and lets it in where all is', async () => {
    const behaviors = [
      behavior({ pattern: '/open/*', viewerProtocol: 'allow-all' }),
      behavior({ viewerProtocol: 'https-only' }),
    ]
    const { get } = await start(saying(200), { behaviors }, false)
    expect(await get('/')).toMatchObject({ status: 403, headers: { 'x-cache': 'Error from cloudfront' } })
    expect((await get('/open/x')).status).toBe(200)
  })

  it('answers / and /index.html with the default root object from one copy, under both names (L-16)', async () => {
    const { get, asked } = await start(saying(200))
    expect(cacheOf(await get('/'))).toBe('Miss from cloudfront')
    expect(cacheOf(await get('/index.html'))).toBe('Hit from cloudfront')
    expect(cacheOf(await get('/', { headers: { host: 'd111111abcdef8.cloudfront.net' } }))).toBe('Hit from cloudfront')
    expect(asked.map(({ url }) => url)).toEqual(['/index.html'])
  })

  it('refuses methods that are not allowed, with the page that CloudFront writes', async () => {
    const { get, asked } = await start(saying(200), with_({ allowedMethods: ['GET', 'HEAD'] }))
    const got = await get('/', { method: 'POST', body: 'x' })
    expect(got.status).toBe(403)
    expect(got.text).toContain('<H1>403 ERROR</H1>')
    expect(got.text).toContain('The distribution supports only cachable requests.')
    expect(got.text).toContain(`Request ID: ${got.headers['x-amz-cf-id']}`)
    expect(got.headers).toMatchObject({ server: 'CloudFront', 'x-cache': 'Error from cloudfront' })
    expect(asked).toHaveLength(0)
  })

  it('refuses GET with a body, a URL over 8,192 bytes, a head over 32,768 bytes, no Host, and loops', async () => {
    const { get, path, asked } = await start(saying(200))
    expect((await get('/', { headers: { 'content-length': '1' }, body: 'x' })).status).toBe(403)
    expect((await get(`/${'a'.repeat(8_192)}`)).status).toBe(413)
    expect((await get('/', { headers: { large: 'x'.repeat(33_000) } })).status).toBe(413)
    expect(await talk(path, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
    const via = '1.1 a.cloudfront.net (CloudFront), 1.1 b.cloudfront.net (CloudFront)'
    expect((await get('/', { headers: { via } })).status).toBe(403)
    expect(asked).toHaveLength(0)
  })

  it('picks the behavior by the normalized path and sends the path as it came', async () => {
    const behaviors = [behavior({ pattern: 'api/*', origin: 'api', cache: CACHING_DISABLED }), behavior()]
    const origins = [origin(), origin({ id: 'api', domainName: 'app.example.com', path: '/v1' })]
    const { get, asked } = await start(saying(200), { behaviors, origins })
    await get('/x/..//api/users?x=1')
    expect(asked[0]?.url).toBe('/v1/x/..//api/users')
    expect(asked[0]?.headers.host).toBe('app.example.com')
  })
})

describe('what the origin sees', () => {
  it('is CloudFront, with nothing of the viewer but what the policies name', async () => {
    const { get, asked } = await start(saying(200), {
      origins: [origin({ headers: { 'X-Origin-Secret': 'shared' } })],
      behaviors: [
        behavior({ cache: caching({ headers: only('X-Key'), queryStrings: only('k'), cookies: only('c') }) }),
      ],
    })
    await get('/a?k=1&z=2', {
      headers: {
        'accept-encoding': 'gzip, br',
        accept: 'text/html',
        authorization: 'Bearer x',
        cookie: 'z=1; c=2',
        referer: 'https://example.com/',
        'user-agent': 'Browser',
        'x-forwarded-for': '192.0.2.4',
        'x-forwarded-proto': 'http',
        'x-key': 'v',
        'x-origin-secret': 'forged',
        'x-other': 'o',
        'x-edge-thing': 'e',
        'if-none-match': '"x"',
        'x-amz-cf-id': 'forged',
        'cloudfront-viewer-country': 'forged',
      },
    })
    const { host, via, connection, 'x-amz-cf-id': id, ...others } = asked[0]?.headers ?? {}
    expect(asked[0]?.url).toBe('/a?k=1')
    expect(host).toBe('origin.example.com')
    expect(via).toMatch(/^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/)
    expect(id).toMatch(/^[\w-]{54}==$/)
    expect(connection).toBe('Keep-Alive')
    expect(others).toEqual({
      'accept-encoding': 'br,gzip',
      cookie: 'c=2',
      'user-agent': 'Amazon CloudFront',
      'x-forwarded-for': '192.0.2.4,198.51.100.7',
      'x-key': 'v',
      'x-origin-secret': 'shared',
    })
  })

  it('is everything of the viewer, its Host too, under AllViewer', async () => {
    const originRequest = { name: 'AllViewer', headers: ALL, cookies: ALL, queryStrings: ALL }
    const { get, asked } = await start(saying(200), with_({ cache: CACHING_DISABLED, originRequest }))
    await get('/a?x=1', { headers: { cookie: 'b=1; a=2', authorization: 'Bearer x', 'user-agent': 'Browser', x: 'y' } })
    expect(asked[0]?.url).toBe('/a?x=1')
    expect(asked[0]?.headers).toMatchObject({
      host: 'library.example.com',
      cookie: 'a=2; b=1',
      authorization: 'Bearer x',
      'user-agent': 'Browser',
      x: 'y',
    })
  })

  it('has the fields that CloudFront adds when a policy names them', async () => {
    const headers = only('CloudFront-Forwarded-Proto', 'CloudFront-Viewer-Address', 'CloudFront-Is-Mobile-Viewer')
    const { get, asked } = await start(saying(200), with_({ cache: caching({ headers }) }))
    await get('/', { headers: { 'user-agent': 'Mozilla/5.0 (iPhone)' } })
    expect(asked[0]?.headers).toMatchObject({
      'cloudfront-forwarded-proto': 'https',
      'cloudfront-viewer-address': '198.51.100.7:40000',
      'cloudfront-is-mobile-viewer': 'true',
    })
  })

  it('has the body, its type and the authorization of a request that changes something', async () => {
    const { get, asked } = await start((_, response, body) => response.end(`got ${body}`))
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x' }
    expect((await get('/books/', { method: 'POST', headers, body: '{}' })).text).toBe('got {}')
    expect((await get('/books/', { method: 'POST', headers, body: '{}' })).text).toBe('got {}')
    expect(asked).toHaveLength(2)
    expect(asked[0]?.headers).toMatchObject({ ...headers, 'content-length': '2' })
  })

  it('gets a large body in full while both sides take their time', async () => {
    const { get } = await start((_, response, body) => response.end(body), with_({ cache: CACHING_DISABLED }))
    const body = Buffer.alloc(3_000_000, 'abcdefghij')
    const got = await get('/', { method: 'PUT', body })
    expect(got.body.equals(body)).toBe(true)
    const chunked = await get('/', { method: 'PUT', headers: { 'transfer-encoding': 'chunked' }, body })
    expect(chunked.body.equals(body)).toBe(true)
  })
})

describe('what the viewer sees', () => {
  it('has CloudFront’s fields, and Age once it comes from the cache', async () => {
    const { get, clock } = await start(saying(200, { server: 'AmazonS3', 'x-own': '1', 'set-cookie': 'a=1' }))
    const miss = await get('/')
    expect(miss.headers).toMatchObject({ 'x-cache': 'Miss from cloudfront', 'x-amz-cf-pop': 'IAD89-C1', 'x-own': '1' })
    expect(miss.headers.via).toMatch(/^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/)
    expect(miss.headers.server).toBe('AmazonS3')
    expect(miss.headers.age).toBeUndefined()
    // No cookie reaches the origin, so none comes back: "Cache content based on cookies".
    expect(miss.headers['set-cookie']).toBeUndefined()
    await clock.advance(seconds(90))
    const hit = await get('/')
    expect(hit.headers).toMatchObject({ 'x-cache': 'Hit from cloudfront', age: '90', date: miss.headers.date })
    expect(hit.headers['x-amz-cf-id']).not.toBe(miss.headers['x-amz-cf-id'])
    expect(hit.text).toBe('hello')
  })

  it('is a HEAD answer from the copy that GET left', async () => {
    const { get, asked } = await start(saying(200))
    expect(cacheOf(await get('/', { method: 'HEAD' }))).toBe('Miss from cloudfront')
    await get('/')
    const head = await get('/', { method: 'HEAD' })
    expect(head).toMatchObject({ text: '', headers: { 'x-cache': 'Hit from cloudfront', 'content-length': '5' } })
    expect(asked.map(({ method }) => method)).toEqual(['HEAD', 'GET'])
  })

  it('is 304 when its own copy is still good, also when the edge had none', async () => {
    const { get, asked } = await start(saying(200, { etag: '"v1"', 'content-type': 'text/plain' }))
    const first = await get('/', { headers: { 'if-none-match': '"v1"' } })
    expect(first).toMatchObject({ status: 304, text: '', headers: { 'x-cache': 'Miss from cloudfront' } })
    expect(asked[0]?.headers['if-none-match']).toBeUndefined()
    const got = await get('/', { headers: { 'if-none-match': '"v1"' } })
    expect(got).toMatchObject({ status: 304, text: '', headers: { etag: '"v1"', 'x-cache': 'Hit from cloudfront' } })
    expect(got.headers['content-type']).toBeUndefined()
    expect((await get('/', { headers: { 'if-none-match': '"v0"' } })).status).toBe(200)
    expect(asked).toHaveLength(1)
  })

  it('is a part of a kept object, and the origin’s part of one that is not kept', async () => {
    const { get, asked } = await start((request, response) => {
      if (request.headers.range === undefined) return response.end('0123456789')
      response.writeHead(206, { 'content-range': 'bytes 2-4/10' }).end('234')
    })
    const ask = { headers: { range: 'bytes=2-4' } }
    expect(await get('/', ask)).toMatchObject({
      status: 206,
      text: '234',
      headers: { 'x-cache': 'Miss from cloudfront' },
    })
    await get('/')
    expect(await get('/', ask)).toMatchObject({
      status: 206,
      text: '234',
      headers: { 'x-cache': 'Hit from cloudfront', 'content-range': 'bytes 2-4/10', 'content-length': '3' },
    })
    expect(await get('/', { headers: { range: 'bytes=20-' } })).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */10' },
    })
    expect((await get('/', { headers: { ...ask.headers, 'if-range': '"other"' } })).status).toBe(200)
    expect(asked).toHaveLength(2)
  })

  it('has the security and CORS fields of a response headers policy', async () => {
    const responseHeaders = {
      name: 'test',
      set: [
        { name: 'X-Frame-Options', value: 'SAMEORIGIN', override: false },
        { name: 'Strict-Transport-Security', value: 'max-age=31536000', override: true },
      ],
      remove: ['X-Powered-By'],
      cors: {
        allowOrigins: ['https://*.example.com'],
        allowMethods: ['GET'],
        allowHeaders: ['*'],
        exposeHeaders: ['ETag'],
        allowCredentials: false,
        maxAge: seconds(600),
        originOverride: true,
      },
    }
    const own = { 'x-frame-options': 'DENY', 'strict-transport-security': 'max-age=1', 'x-powered-by': 'x' }
    const { get } = await start(saying(200, own), with_({ responseHeaders }))
    const ours = await get('/', { headers: { origin: 'https://www.example.com' } })
    expect(ours.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'strict-transport-security': 'max-age=31536000',
      'access-control-allow-origin': 'https://www.example.com',
      'access-control-expose-headers': 'ETag',
    })
    expect(ours.headers.vary).toContain('Origin')
    expect(ours.headers['x-powered-by']).toBeUndefined()
    const hit = await get('/', { headers: { origin: 'https://evil.test' } })
    expect(cacheOf(hit)).toBe('Hit from cloudfront')
    expect(hit.headers['access-control-allow-origin']).toBeUndefined()
    const preflight = { origin: 'https://www.example.com', 'access-control-request-method': 'GET' }
    expect((await get('/', { method: 'OPTIONS', headers: preflight })).headers).toMatchObject({
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': '*',
      'access-control-max-age': '600',
    })
  })

  it('comes while the origin is still writing', async () => {
    const finish = Promise.withResolvers<void>()
    const { path } = await start(
      (_, response) => {
        response.write('first')
        void finish.promise.then(() => response.end('last'))
      },
      with_({ cache: CACHING_DISABLED }),
    )
    const socket = connect(path, () => socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'))
    let text = ''
    for await (const chunk of socket) {
      text += chunk
      if (text.includes('first')) finish.resolve()
    }
    expect(text).toMatch(/5\r\nfirst\r\n4\r\nlast\r\n0\r\n\r\n$/)
  })

  it('is a line of the standard logs', async () => {
    const { get, log } = await start(saying(200, { 'content-type': 'text/html' }))
    await get('/a b'.replace(' ', '%20'), { headers: { 'user-agent': 'A B\u0009C', referer: 'https://example.com/' } })
    const fields = log[0]?.split('\t') ?? []
    expect(fields).toHaveLength(33)
    expect(fields.slice(0, 3)).toEqual(['2026-01-01', '00:00:00', 'IAD89-C1'])
    expect(fields.slice(4, 13)).toEqual([
      '198.51.100.7',
      'GET',
      'd111111abcdef8.cloudfront.net',
      '/a%2520b',
      '200',
      'https://example.com/',
      'A%20B%09C',
      '-',
      '-',
    ])
    expect([fields[13], fields[15], fields[16], fields[23]]).toEqual([
      'Miss',
      'library.example.com',
      'https',
      'HTTP/1.1',
    ])
  })
})

describe('compression', () => {
  const page = '<p>hello</p>'.repeat(200)
  const html = { 'content-type': 'text/html; charset=utf-8', 'content-length': String(page.length), etag: '"v1"' }

  it('is Brotli, gzip or none as the viewer takes it, each kept for itself, under a weak tag', async () => {
    const { get, asked } = await start(saying(200, html, page))
    for (const cache of ['Miss from cloudfront', 'Hit from cloudfront']) {
      const br = await get('/', { headers: { 'accept-encoding': 'gzip, br' } })
      expect(br.headers).toMatchObject({ 'content-encoding': 'br', etag: 'W/"v1"', 'x-cache': cache })
      expect(br.headers.vary).toBe('Accept-Encoding')
      expect(brotliDecompressSync(br.body).toString()).toBe(page)
      const gzip = await get('/', { headers: { 'accept-encoding': 'gzip' } })
      expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip', 'x-cache': cache })
      expect(gunzipSync(gzip.body).toString()).toBe(page)
      const plain = await get('/')
      expect(plain.headers).toMatchObject({ etag: '"v1"', 'x-cache': cache, vary: 'Accept-Encoding' })
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(plain.text).toBe(page)
    }
    expect(asked).toHaveLength(3)
  })

  it('answers 304 to the weak tag, and asks the origin with the strong one', async () => {
    const { get, clock, asked, answer } = await start(saying(200, { ...html, 'cache-control': 'max-age=60' }, page))
    const ask = { headers: { 'accept-encoding': 'br', 'if-none-match': 'W/"v1"' } }
    await get('/', { headers: { 'accept-encoding': 'br' } })
    expect((await get('/', ask)).status).toBe(304)
    await clock.advance(seconds(61))
    answer(saying(304, { etag: '"v1"' }))
    const again = await get('/', { headers: { 'accept-encoding': 'br' } })
    expect(asked[1]?.headers['if-none-match']).toBe('"v1"')
    expect(again.headers).toMatchObject({
      etag: 'W/"v1"',
      'content-encoding': 'br',
      'x-cache': 'RefreshHit from cloudfront',
    })
    expect(brotliDecompressSync(again.body).toString()).toBe(page)
  })

  it.each([
    ['what is too small', { 'content-type': 'text/html', 'content-length': '999' }, 'x'.repeat(999)],
    ['pictures', { 'content-type': 'image/png', 'content-length': '2000' }, 'x'.repeat(2000)],
    ['what is encoded already', { ...html, 'content-encoding': 'identity' }, page],
    ['what has no length', { 'content-type': 'text/html' }, page],
  ])('leaves %s as it is', async (_, headers, text) => {
    const { get } = await start(saying(200, headers, text))
    const got = await get('/', { headers: { 'accept-encoding': 'br' } })
    expect(got.headers['content-encoding']).not.toBe('br')
    expect(got.text).toBe(text)
  })

  it('is not there where the behavior or its policy has none', async () => {
    const behaviors = [behavior({ pattern: 'a', compress: false }), behavior({ cache: CACHING_DISABLED })]
    const { get } = await start(saying(200, html, page), { behaviors })
    expect((await get('/a', { headers: { 'accept-encoding': 'br' } })).text).toBe(page)
    expect((await get('/b', { headers: { 'accept-encoding': 'br' } })).text).toBe(page)
  })
})

describe('the cache', () => {
  it('asks again after the time to live, on condition, and keeps what is confirmed', async () => {
    const validators = { etag: '"v1"', 'last-modified': 'Wed, 31 Dec 2025 00:00:00 GMT' }
    const { get, clock, asked, answer } = await start(saying(200, { ...validators, 'cache-control': 'max-age=60' }))
    await get('/')
    await clock.advance(seconds(59))
    expect(cacheOf(await get('/'))).toBe('Hit from cloudfront')
    await clock.advance(seconds(1))
    answer(saying(304, { 'cache-control': 'max-age=100', 'x-new': '1' }))
    const refreshed = await get('/')
    expect(refreshed).toMatchObject({ status: 200, text: 'hello', headers: { age: '0', 'x-new': '1' } })
    expect(cacheOf(refreshed)).toBe('RefreshHit from cloudfront')
    expect(asked[1]?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': validators['last-modified'],
    })
    await clock.advance(seconds(99))
    expect(cacheOf(await get('/'))).toBe('Hit from cloudfront')
    await clock.advance(seconds(1))
    answer(saying(200, {}, 'new'))
    expect(await get('/')).toMatchObject({ text: 'new', headers: { 'x-cache': 'Miss from cloudfront' } })
  })

  it('keeps nothing under CachingDisabled', async () => {
    const { get, asked, running } = await start(
      saying(200, { 'cache-control': 'max-age=60' }),
      with_({ cache: CACHING_DISABLED }),
    )
    for (let count = 0; count < 3; count++) expect(cacheOf(await get('/'))).toBe('Miss from cloudfront')
    expect(asked).toHaveLength(3)
    expect(running.cache.entries).toBe(0)
  })

  /** An origin whose answers wait until they are let go. */
  function holding(headers: Record<string, string> = {}): { by: OriginAnswer; letGo: () => void } {
    const held: (() => void)[] = []
    return {
      by: (request, response) =>
        held.push(() => {
          response.writeHead(200, headers).end(`answer to ${request.url} ${request.headers.cookie ?? ''}`)
        }),
      letGo: () => {
        for (const release of held.splice(0)) release()
      },
    }
  }

  it('sends one request for many that come at once', async () => {
    const origin = holding()
    const { get, asked, arrived, reached } = await start(origin.by)
    const viewers = Array.from({ length: 20 }, () => get('/'))
    await Promise.all([arrived(20), reached(1)])
    origin.letGo()
    for (const got of await Promise.all(viewers)) expect(got.text).toBe('answer to /index.html ')
    expect(asked).toHaveLength(1)
  })

  it('lets everybody who waited ask for himself when the answer is for one viewer alone', async () => {
    const origin = holding({ 'cache-control': 'private' })
    const { get, asked, arrived, reached } = await start(origin.by, with_({ cache: BY_ORIGIN }))
    const viewers = Array.from({ length: 5 }, () => get('/'))
    await Promise.all([arrived(5), reached(1)])
    origin.letGo()
    await reached(5)
    origin.letGo()
    await Promise.all(viewers)
    expect(asked).toHaveLength(5)
  })

  it('does not hand on what is out of date when it arrives', async () => {
    const origin = holding({ 'cache-control': 'max-age=0' })
    const { get, asked, arrived, reached } = await start(origin.by, with_({ cache: BY_ORIGIN }))
    const viewers = Array.from({ length: 3 }, () => get('/'))
    await Promise.all([arrived(3), reached(1)])
    origin.letGo()
    await reached(3)
    origin.letGo()
    await Promise.all(viewers)
    expect(asked).toHaveLength(3)
  })

  it('goes on for those who wait when the first viewer leaves', async () => {
    const origin = holding()
    const { get, path, asked, arrived, reached, connected } = await start(origin.by)
    const first = connect(path, () => first.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n'))
    await reached(1)
    const second = get('/a')
    await arrived(2)
    first.destroy()
    await connected(1)
    origin.letGo()
    expect((await second).text).toBe('answer to /a ')
    expect(asked).toHaveLength(1)
  })

  it('gives up at the origin when the only viewer leaves', async () => {
    const closed = Promise.withResolvers<void>()
    const { path, reached, running } = await start((request, response) => {
      request.socket.on('close', () => closed.resolve())
      response.write('begun')
    })
    const viewer = connect(path, () => viewer.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n'))
    await reached(1)
    viewer.destroy()
    await closed.promise
    expect(running.cache.entries).toBe(0)
  })

  it('serves the old copy while it fetches a new one, as stale-while-revalidate allows', async () => {
    const { get, clock, answer, reached } = await start(
      saying(200, { 'cache-control': 'max-age=60, stale-while-revalidate=30' }, 'old'),
    )
    await get('/')
    await clock.advance(seconds(70))
    answer(saying(200, { 'cache-control': 'max-age=60' }, 'new'))
    expect(await get('/')).toMatchObject({ text: 'old', headers: { 'x-cache': 'Hit from cloudfront', age: '70' } })
    await reached(2)
    let text = ''
    while (text !== 'new') text = (await get('/')).text
  })

  it('forgets what is invalidated, also what is on its way', async () => {
    let release = () => {}
    const { get, running, answer, reached } = await start(saying(200), with_({ cache: caching({ queryStrings: ALL }) }))
    for (const path of ['/a', '/a?x=1', '/b', '/c/d']) await get(path)
    running.invalidate(['/a', '/c/*'])
    const results = []
    for (const path of ['/a', '/a?x=1', '/b', '/c/d']) results.push(cacheOf(await get(path)))
    expect(results).toEqual(['Miss', 'Hit', 'Hit', 'Miss'].map(result => `${result} from cloudfront`))
    answer((_, response) => {
      release = () => response.end('old')
    })
    const old = get('/e')
    await reached(7)
    running.invalidate(['/*'])
    expect(running.cache.entries).toBe(0)
    answer(saying(200, {}, 'new'))
    expect((await get('/e')).text).toBe('new')
    release()
    expect((await old).text).toBe('old')
    expect(await get('/e')).toMatchObject({ text: 'new', headers: { 'x-cache': 'Hit from cloudfront' } })
  })

  it('does not keep an object that was invalidated while it came', async () => {
    const rest = Promise.withResolvers<void>()
    const { path, get, running } = await start((_, response) => {
      response.write('begun')
      void rest.promise.then(() => response.end('done'))
    })
    const viewer = connect(path, () => viewer.write('GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'))
    let text = ''
    for await (const chunk of viewer) {
      text += chunk
      if (!text.endsWith('begun\r\n')) continue
      running.invalidate(['/a'])
      rest.resolve()
    }
    expect(running.cache.entries).toBe(0)
    expect(cacheOf(await get('/a'))).toBe('Miss from cloudfront')
  })

  it('passes large objects on without keeping them', async () => {
    const large = Buffer.alloc(11 * 1024 * 1024, 'x')
    const { get, running } = await start((request, response) => {
      if (request.url === '/announced') response.setHeader('content-length', large.length)
      response.end(large)
    })
    expect((await get('/announced')).body).toHaveLength(large.length)
    expect((await get('/chunked')).body).toHaveLength(large.length)
    expect(running.cache.entries).toBe(0)
  })

  it('does not keep what broke off', async () => {
    const { get, running } = await start((_, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half')
      setImmediate(() => response.destroy())
    })
    await expect(get('/')).rejects.toThrow()
    expect(running.cache.entries).toBe(0)
  })
})

describe('errors of the origin', () => {
  it('are cached for ten seconds', async () => {
    const { get, clock, asked } = await start(saying(404, {}, 'none'))
    for (let count = 0; count < 2; count++) {
      expect(await get('/')).toMatchObject({
        status: 404,
        text: 'none',
        headers: { 'x-cache': 'Error from cloudfront' },
      })
    }
    await clock.advance(seconds(9))
    await get('/')
    expect(asked).toHaveLength(1)
    await clock.advance(seconds(1))
    await get('/')
    expect(asked).toHaveLength(2)
  })

  it('such as a bucket’s 403 are asked for each time', async () => {
    const { get, asked } = await start(saying(403, {}, '<Error><Code>AccessDenied</Code></Error>'))
    for (let count = 0; count < 3; count++) expect((await get('/')).status).toBe(403)
    expect(asked).toHaveLength(3)
  })

  it('are hidden by an expired copy while they last, but a 404 is passed on', async () => {
    const { get, clock, asked, answer } = await start(saying(200, { 'cache-control': 'max-age=60', etag: '"v"' }))
    await get('/')
    await clock.advance(seconds(61))
    answer(saying(503))
    for (let count = 0; count < 3; count++) expect(await get('/')).toMatchObject({ status: 200, text: 'hello' })
    expect(asked).toHaveLength(2)
    await clock.advance(seconds(10))
    answer(undefined)
    expect(await get('/')).toMatchObject({ status: 200, text: 'hello', headers: { age: '71' } })
    await clock.advance(seconds(10))
    answer(saying(404, {}, 'gone'))
    expect(await get('/')).toMatchObject({ status: 404, text: 'gone' })
  })

  it('are shown where the origin says stale-if-error=0, or MaxTTL is over', async () => {
    const control = { 'cache-control': 'max-age=60, stale-if-error=0' }
    const strict = await start(saying(200, control))
    const short = await start(saying(200), with_({ cache: caching({ defaultTtl: seconds(60), maxTtl: seconds(60) }) }))
    for (const { get, clock, answer } of [strict, short]) {
      await get('/')
      await clock.advance(seconds(61))
      answer(saying(503))
      expect((await get('/')).status).toBe(503)
    }
  })

  it('become the page that the distribution names, with its status (L-16)', async () => {
    const site: OriginAnswer = (request, response) => {
      if (request.url === '/index.html') return response.writeHead(200, { 'content-type': 'text/html' }).end('app')
      response.writeHead(403).end('AccessDenied')
    }
    const rule = { errorCode: 403, responsePagePath: '/index.html', responseCode: 200, errorCachingMinTtl: seconds(10) }
    const { get, asked } = await start(site, { errorResponses: [rule] })
    for (let count = 0; count < 2; count++) {
      const got = await get('/deep/link')
      expect(got).toMatchObject({ status: 200, text: 'app', headers: { 'content-type': 'text/html' } })
      expect(cacheOf(got)).toBe('Error from cloudfront')
    }
    expect(asked.map(({ url }) => url)).toEqual(['/deep/link', '/index.html', '/deep/link'])
    expect(await get('/deep/link', { method: 'POST', body: 'x' })).toMatchObject({ status: 200, text: 'app' })
  })

  it('show the status of the page’s origin when the page can’t be had', async () => {
    const rule = { errorCode: 500, responsePagePath: '/error.html', responseCode: 500, errorCachingMinTtl: seconds(30) }
    const site: OriginAnswer = (request, response) =>
      response.writeHead(request.url === '/error.html' ? 404 : 500).end('no page')
    const { get, asked, clock } = await start(site, { errorResponses: [rule] })
    expect(await get('/x')).toMatchObject({ status: 404, text: 'no page' })
    await clock.advance(seconds(29))
    await get('/x')
    expect(asked).toHaveLength(2)
    await clock.advance(seconds(1))
    await get('/x')
    expect(asked.length).toBeGreaterThan(2)
  })
})

describe('an origin that does not answer', () => {
  it('is 502 when its name doesn’t resolve or nobody listens, cached for ten seconds', async () => {
    const nowhere = await start(saying(200), { origins: [origin({ domainName: 'nowhere.example.com' })] })
    const got = await nowhere.get('/')
    expect(got.status).toBe(502)
    expect(got.text).toContain('<H1>502 ERROR</H1>')
    expect(got.text).toContain("CloudFront wasn't able to resolve the origin domain name.")
    const { get, answer, clock } = await start(saying(200))
    answer(undefined)
    const first = await get('/')
    expect(first.status).toBe(502)
    answer(saying(200))
    const second = await get('/')
    expect(second.status).toBe(502)
    expect(second.text).toContain(`Request ID: ${second.headers['x-amz-cf-id']}`)
    await clock.advance(seconds(10))
    expect((await get('/')).status).toBe(200)
  })

  it('is 502 when it sends something else than HTTP, or a head that is too large', async () => {
    const { get, answer } = await start((request, response) => {
      request.socket.end('nonsense\r\n\r\n')
      response.destroy()
    })
    expect((await get('/a')).status).toBe(502)
    answer(saying(200, { large: 'x'.repeat(33_000) }))
    expect((await get('/b')).status).toBe(502)
  })

  it('is asked three times 30 s for a GET before the 504, and once for a POST', async () => {
    const { get, clock, asked, reached } = await start(() => {})
    const reading = get('/')
    for (let attempt = 1; attempt <= 3; attempt++) {
      await reached(attempt)
      await clock.advance(seconds(29))
      expect(asked).toHaveLength(attempt)
      await clock.advance(seconds(1))
    }
    expect((await reading).status).toBe(504)
    const writing = get('/', { method: 'POST', body: 'x' })
    await reached(4)
    await clock.advance(seconds(30))
    expect((await writing).status).toBe(504)
    expect(asked).toHaveLength(4)
  })

  it('is cut when it falls silent in the middle of an answer', async () => {
    const { get, clock, reached } = await start((_, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half')
    })
    const failed = expect(get('/')).rejects.toThrow()
    await reached(1)
    // The time-out starts again with each packet: when the last one comes is not known here.
    let over = false
    void failed.finally(() => {
      over = true
    })
    while (!over) await clock.advance(seconds(1))
    await failed
  })

  it('is asked again at once when it closed the connection that was kept', async () => {
    const { get, asked } = await start(
      (request, response) => {
        response.setHeader('cache-control', 'no-store')
        response.end('ok', () => request.socket.once('data', () => request.socket.destroy()))
      },
      with_({ cache: BY_ORIGIN }),
    )
    expect((await get('/a')).status).toBe(200)
    expect((await get('/b')).status).toBe(200)
    expect(asked.map(({ url }) => url)).toContain('/b')
  })
})

it('cuts what is under way when it stops', async () => {
  const { get, running, reached } = await start(() => {})
  const failed = expect(get('/')).rejects.toThrow()
  await reached(1)
  running.stop()
  await failed
})
