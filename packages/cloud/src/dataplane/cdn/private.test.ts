import { gunzipSync } from 'node:zlib'
import { seconds, seeded } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { ALL, type Bench, BY_ORIGIN, behavior, bench, caching, only } from './testing.ts'

const open: Bench[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()))
})

const POLICIES = [
  BY_ORIGIN,
  caching({ minTtl: 0 }),
  caching({ minTtl: 0, cookies: ALL }),
  caching({ minTtl: 0, cookies: only('theme') }),
  caching({ minTtl: 0, headers: only('X-Variant'), queryStrings: ALL }),
]
const MARKS: Record<string, string>[] = [
  { 'cache-control': 'private' },
  { 'cache-control': 'private, max-age=3600' },
  { 'cache-control': 'no-store' },
  { 'cache-control': 'no-store, s-maxage=3600, stale-while-revalidate=60' },
  { 'cache-control': 'no-cache' },
  { 'cache-control': 'public, max-age=3600', 'set-cookie': 'session=of-one-viewer' },
  { 'set-cookie': 'session=of-one-viewer', expires: 'Fri, 01 Jan 2027 00:00:00 GMT' },
]

describe('a private answer', () => {
  // The origin writes the viewer's name into each answer; each viewer names himself in a field that is in no key.
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'is never served to another viewer, whatever comes when (L-16), seed %i',
    async seed => {
      const random = seeded(`private ${seed}`)
      const cache = random.pick(POLICIES)
      // Every viewer's name reaches the origin without counting in the key.
      const originRequest = { name: 'viewer', headers: only('X-Viewer'), cookies: ALL, queryStrings: ALL }
      const { get, clock, answer } = await newBench()
      answer((request, response) => {
        const mark = MARKS[Number(new URL(request.url ?? '/', 'http://a').searchParams.get('mark'))] ?? {}
        const text = `for ${request.headers['x-viewer']} `.repeat(random.pick([1, 200]))
        const length = random.next() < 0.5 ? { 'content-length': String(text.length) } : {}
        response.writeHead(random.pick([200, 200, 302, 404]), { 'content-type': 'text/html', ...mark, ...length })
        if (random.next() < 0.5) return response.end(text)
        response.write(text.slice(0, 3))
        setImmediate(() => response.end(text.slice(3)))
      })
      for (let round = 0; round < 8; round++) {
        const mark = random.integer(MARKS.length)
        const viewers = Array.from({ length: 6 }, (_, index) => `viewer-${round}-${index}`)
        const answers = viewers.map(viewer =>
          get(`/page?mark=${mark}`, {
            method: random.pick(['GET', 'GET', 'GET', 'HEAD']),
            headers: {
              'x-viewer': viewer,
              cookie: random.pick(['theme=dark', 'theme=light', 'session=1']),
              'accept-encoding': random.pick(['', 'gzip']).replace(/^$/, 'identity'),
              ...(random.next() < 0.2 && { range: 'bytes=0-' }),
            },
          }),
        )
        for (const [index, got] of (await Promise.all(answers)).entries()) {
          const text = got.headers['content-encoding'] === 'gzip' ? gunzipSync(got.body).toString() : got.text
          if (text !== '') expect(text).toContain(`for ${viewers[index]} `)
          expect(got.headers['x-cache']).not.toBe('Hit from cloudfront')
        }
        await clock.advance(seconds(random.integer(20)))
      }

      async function newBench(): Promise<Bench> {
        const one = await bench(() => {}, { behaviors: [behavior({ cache, originRequest })] })
        open.push(one)
        return one
      }
    },
  )

  it('is kept for MinTTL all the same where that is above zero, as on AWS', async () => {
    const one = await bench((_, response) => response.writeHead(200, { 'cache-control': 'private' }).end('mine'))
    open.push(one)
    await one.get('/')
    expect((await one.get('/')).headers['x-cache']).toBe('Hit from cloudfront')
    await one.clock.advance(seconds(1))
    expect((await one.get('/')).headers['x-cache']).toBe('Miss from cloudfront')
  })

  it('is kept without the fields that the origin wants withheld', async () => {
    const headers = { 'cache-control': 'no-cache="Set-Cookie", max-age=60', 'set-cookie': 'session=of-one-viewer' }
    const one = await bench((_, response) => response.writeHead(200, headers).end('page'), {
      behaviors: [behavior({ cache: caching({ cookies: ALL }) })],
    })
    open.push(one)
    expect((await one.get('/')).headers['set-cookie']).toEqual(['session=of-one-viewer'])
    const hit = await one.get('/')
    expect(hit).toMatchObject({ text: 'page', headers: { 'x-cache': 'Hit from cloudfront' } })
    expect(hit.headers['set-cookie']).toBeUndefined()
  })
})

const KEYS = [
  caching({ cookies: ALL }),
  caching({ cookies: only('session') }),
  caching({ cookies: { kind: 'allExcept', names: ['theme'] } }),
  caching({ headers: only('Authorization') }),
  caching({ headers: only('Authorization'), cookies: only('sess?on') }),
  caching({ headers: only('Accept-Language') }),
  caching(),
  caching({ minTtl: 0, maxTtl: 60_000, queryStrings: ALL }),
]
const VARY = [undefined, 'Cookie', 'Authorization', 'Accept-Encoding, Cookie', '*']

describe('what an origin says to a viewer whom it knows by cookie or Authorization', () => {
  // The origin greets whom it sees, and calls every answer public: what reaches it must count in the key.
  it.each(Array.from({ length: 2 * KEYS.length }, (_, seed) => seed))(
    'Q-16: is never served to one with another cookie or Authorization, seed %i',
    async seed => {
      const random = seeded(`known ${seed}`)
      const one = await bench(
        (request, response) => {
          const session = /session=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'nobody'
          const key = request.headers.authorization?.split(' ')[1] ?? 'nobody'
          const vary = random.pick(VARY)
          const headers = { 'cache-control': 'public, max-age=60', ...(vary !== undefined && { vary }) }
          const answer = () => response.writeHead(random.pick([200, 200, 404]), headers).end(`${session} ${key}`)
          if (random.next() < 0.5) answer()
          else setImmediate(answer)
        },
        { behaviors: [behavior({ cache: KEYS[seed % KEYS.length] ?? caching() })] },
      )
      open.push(one)
      let hits = 0
      for (let round = 0; round < 6; round++) {
        const viewers = Array.from({ length: 8 }, () => ({
          session: random.pick(['anna', 'bert', undefined]),
          key: random.pick(['k1', 'k2', undefined]),
        }))
        const answers = viewers.map(({ session, key }) =>
          one.get(random.pick(['/a', '/b?x=1']), {
            method: random.pick(['GET', 'GET', 'HEAD']),
            headers: {
              cookie: [random.pick(['theme=dark', 'theme=light']), ...(session ? [`session=${session}`] : [])].join(
                '; ',
              ),
              ...(key && { authorization: `Bearer ${key}` }),
              ...(random.next() < 0.2 && { 'cache-control': 'no-cache' }),
              ...(random.next() < 0.2 && { 'accept-language': random.pick(['de', 'en']) }),
            },
          }),
        )
        for (const [index, { text, headers }] of (await Promise.all(answers)).entries()) {
          if (headers['x-cache'] === 'Hit from cloudfront') hits++
          if (text === '') continue
          const [session, key] = text.split(' ')
          expect([viewers[index]?.session ?? 'nobody', 'nobody']).toContain(session)
          expect([viewers[index]?.key ?? 'nobody', 'nobody']).toContain(key)
        }
        await one.clock.advance(seconds(random.integer(40)))
      }
      expect(hits).toBeGreaterThan(0)
    },
  )
})
