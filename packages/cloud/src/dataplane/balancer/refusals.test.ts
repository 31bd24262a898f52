import type { RequestListener } from 'node:http'
import { VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { talk } from '../http1/testing.ts'
import { call, loadBalancer, startBalancer } from './testing.ts'

type Running = Awaited<ReturnType<typeof startBalancer>>
let running: Running | undefined
afterEach(() => running?.stop())

async function start(rest: Parameters<typeof loadBalancer>[0] = {}) {
  const seen: string[] = []
  const handler: RequestListener = (request, response) => {
    if (request.url === '/readyz') return response.end()
    seen.push(`${request.method} ${request.url} ${request.headers.host}`)
    response.end(JSON.stringify(request.headers))
  }
  running = await startBalancer(new VirtualClock(), { loadBalancer: loadBalancer(rest) })
  running.group.setTargets([await running.target('i-1', handler)])
  return { balancer: running, path: running.entrance.path, seen }
}

const HOST = 'Host: app.example.com\r\n'
const CLOSE = `${HOST}Connection: close\r\n`

// ELB User Guide for Application Load Balancers: "Troubleshoot your Application Load Balancers", "Quotas".
describe('requests that a balancer answers by itself', () => {
  it.each([
    ['a request line over 16 K', `GET /${'x'.repeat(16_400)} HTTP/1.1\r\n${CLOSE}\r\n`, 414],
    ['a field over 16 K', `GET / HTTP/1.1\r\n${CLOSE}X: ${'x'.repeat(16_400)}\r\n\r\n`, 400],
    ['fields over 64 K in all', `GET / HTTP/1.1\r\n${CLOSE}${`X: ${'x'.repeat(9000)}\r\n`.repeat(8)}\r\n`, 400],
    ['TRACE', `TRACE / HTTP/1.1\r\n${CLOSE}\r\n`, 405],
    [
      'more than 30 forwarded addresses',
      `GET / HTTP/1.1\r\n${CLOSE}X-Forwarded-For: ${'1.1.1.1,'.repeat(31)}\r\n\r\n`,
      463,
    ],
    [
      'a transfer coding that is not chunked',
      `POST / HTTP/1.1\r\n${CLOSE}Transfer-Encoding: gzip, chunked\r\n\r\n`,
      501,
    ],
    ['another version of HTTP', `GET / HTTP/2.0\r\n${CLOSE}\r\n`, 505],
    ['a request without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('%s', async (_, request, status) => {
    const { path, seen } = await start()
    expect(await talk(path, request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(seen).toEqual([])
  })

  it('takes fields up to 16 K', async () => {
    const { path } = await start()
    expect(await talk(path, `GET / HTTP/1.1\r\n${CLOSE}X: ${'x'.repeat(16_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200/)
  })

  it('answers 502 to response header fields over 32 K', async () => {
    running = await startBalancer(new VirtualClock())
    const target = await running.target('i-1', (_request, response) => {
      for (let index = 0; index < 5; index++) response.setHeader(`X-${index}`, 'x'.repeat(7000))
      response.end('large')
    })
    running.group.setTargets([target])
    // Node's own client takes 16 K: the balancer's answer is small.
    expect((await call(running.entrance.path)).status).toBe(502)
  })
})

describe('requests that are rewritten', () => {
  it('an absolute target replaces Host', async () => {
    const { path, seen } = await start()
    await talk(path, `GET http://Other.example.com/x?y HTTP/1.1\r\n${CLOSE}\r\n`)
    expect(seen).toEqual(['GET /x?y other.example.com'])
  })

  it('HTTP/1.0 without Host gets the name of the balancer', async () => {
    const { path, seen } = await start()
    await talk(path, 'GET / HTTP/1.0\r\n\r\n')
    expect(seen).toEqual(['GET / lb-1.us-east-1.elb.localhost'])
  })

  it.each([
    ['append', { xffHeaderProcessing: 'append' }, '203.0.113.9, 198.51.100.7'],
    ['append with the port', { xffClientPort: true }, '203.0.113.9, 198.51.100.7:40000'],
    ['preserve', { xffHeaderProcessing: 'preserve' }, '203.0.113.9'],
    ['remove', { xffHeaderProcessing: 'remove' }, undefined],
  ] as const)('X-Forwarded-For: %s', async (_, rest, expected) => {
    const { path } = await start(rest)
    const { body } = await call(path, { headers: { 'X-Forwarded-For': '203.0.113.9' } })
    expect(JSON.parse(body)['x-forwarded-for']).toBe(expected)
  })

  it('a trace id over 7 K is replaced', async () => {
    const { path } = await start()
    const { body } = await call(path, { headers: { 'X-Amzn-Trace-Id': `Root=1-a;X=${'x'.repeat(8000)}` } })
    expect(JSON.parse(body)['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
  })

  it('a trace id with a root keeps it behind a part of our own', async () => {
    const { path } = await start()
    const { body } = await call(path, { headers: { 'X-Amzn-Trace-Id': 'Self=1-old;Root=1-67891233-abcdef' } })
    expect(JSON.parse(body)['x-amzn-trace-id']).toMatch(/^Self=1-[0-9a-f-]{33};Root=1-67891233-abcdef$/)
  })
})

describe('desync mitigation', () => {
  const LENGTH_OF_GET = `GET / HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nab`

  it('defensive: serves an ambiguous request, closes its connection, and says so in the log', async () => {
    const { path, balancer, seen } = await start()
    expect(await talk(path, LENGTH_OF_GET)).toMatch(/^HTTP\/1\.1 200 [\s\S]*Connection: close/)
    expect(seen).toHaveLength(1)
    expect(balancer.lines[0]).toMatch(/"Ambiguous" "UndefinedContentLengthSemantics"$/)
  })

  it('strictest: refuses it', async () => {
    const { path, seen } = await start({ desyncMitigation: 'strictest' })
    expect(await talk(path, LENGTH_OF_GET)).toMatch(/^HTTP\/1\.1 400 /)
    expect(seen).toEqual([])
  })

  it('monitor: serves it and keeps the connection', async () => {
    const { path } = await start({ desyncMitigation: 'monitor' })
    const answer = await talk(path, LENGTH_OF_GET, `GET / HTTP/1.1\r\n${CLOSE}\r\n`)
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
  })
})
