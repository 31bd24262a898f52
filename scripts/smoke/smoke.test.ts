import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { askerOf } from './ask.ts'
import { probesFor } from './probes.ts'
import { smoke } from './smoke.ts'

type Pages = Readonly<Record<string, readonly [status: number, type: string, body: string]>>

const HTML = 'text/html; charset=utf-8'
const GOOD: Pages = {
  '/': [200, HTML, '<script type="module" src="/assets/a.js"></script><link rel="stylesheet" href="/assets/a.css">'],
  '/assets/a.js': [200, 'text/javascript', ''],
  '/assets/a.css': [200, 'text/css', ''],
  '/api/v1/items?limit=1': [200, 'application/json', '{"items":[]}'],
  '/api/v1/info': [200, 'application/json', '{"version":"c0ffee"}'],
}

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A server that shows these pages. @param of may choose others by the number of requests before */
async function site(of: (requests: number) => Pages) {
  let requests = 0
  const server = createServer(({ url = '' }, response) => {
    const [status, type, body] = of(requests++)[url] ?? [404, 'text/plain', 'no']
    response.writeHead(status, { 'Content-Type': type }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  closers.push(() => new Promise(resolve => server.close(() => resolve())))
  const said: string[] = []
  const look = (patience = 0, rounds = 1) =>
    smoke({
      ask: askerOf(`http://items.localhost:${port}/`),
      probes: probesFor({ paths: ['/api/v1/items?limit=1'], version: { path: '/api/v1/info', is: 'c0ffee' } }),
      clock: systemClock,
      patience,
      rounds,
      say: line => said.push(line),
    })
  return { look, said, requests: () => requests }
}

describe('the smoke test', () => {
  it('I-13: looks at the page, what it loads, the API and its version, several times', async () => {
    const { look, said, requests } = await site(() => GOOD)
    expect(await look(60_000, 2)).toBe(true)
    expect([said, requests()]).toEqual([[], 10])
  })

  it.each<readonly [what: string, pages: Pages, complaint: string]>([
    ['the page is not there', { ...GOOD, '/': [503, HTML, ''] }, '/ answers 503'],
    ['the page is none', { ...GOOD, '/': [200, 'application/json', '{}'] }, '/ is application/json and not a page'],
    ['a script is missing', { ...GOOD, '/assets/a.js': [404, HTML, ''] }, '/assets/a.js answers 404'],
    ['a style sheet is missing', { ...GOOD, '/assets/a.css': [404, HTML, ''] }, '/assets/a.css answers 404'],
    ['the API fails', { ...GOOD, '/api/v1/items?limit=1': [500, HTML, ''] }, '/api/v1/items?limit=1 answers 500'],
    [
      'an older version runs',
      { ...GOOD, '/api/v1/info': [200, HTML, '{"version":"0"}'] },
      'says version 0, not c0ffee',
    ],
    ['no version is told', { ...GOOD, '/api/v1/info': [200, HTML, '<html>'] }, 'says version nothing, not c0ffee'],
  ])('I-13: fails when %s, and says so once', async (_what, pages, complaint) => {
    const { look, said } = await site(() => pages)
    expect(await look()).toBe(false)
    expect(said).toEqual([expect.stringContaining(complaint)])
  })

  it('waits for what is not well yet', async () => {
    const { look, said } = await site(requests => (requests === 0 ? {} : GOOD))
    expect(await look(60_000, 1)).toBe(true)
    expect(said).toEqual(['/ answers 404'])
  })

  it('says why there is no answer at all', async () => {
    const { status, problem } = await askerOf('http://127.0.0.1:1')('/')
    expect([status, problem]).toEqual([0, expect.stringContaining('ECONNREFUSED')])
  })
})
