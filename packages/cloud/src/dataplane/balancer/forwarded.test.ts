import type { LoadBalancer } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import type { Client } from '../http1/exchange.ts'
import { TEST_CLIENT } from '../http1/testing.ts'
import { forwardedHead } from './forwarded.ts'
import { loadBalancer } from './testing.ts'

function head(
  headers: readonly string[],
  rest: { balancer?: Partial<LoadBalancer>; client?: Partial<Client>; length?: number | 'chunked' } = {},
): string[] {
  const request = { method: 'GET', target: '/x', status: 0, minorVersion: 1, keepAlive: true, upgrade: false }
  const text = forwardedHead(
    loadBalancer(rest.balancer),
    { ...request, headers: [...headers] },
    { ...TEST_CLIENT, ...rest.client },
    'Root=1-2-3',
    rest.length ?? 0,
  )
  const lines = text.split('\r\n')
  expect(lines.slice(-2)).toEqual(['', ''])
  return lines.slice(0, -2)
}

const ADDED = [
  'X-Forwarded-For: 198.51.100.7',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 443',
  'X-Amzn-Trace-Id: Root=1-2-3',
]
const END = 'Connection: keep-alive'

// ELB User Guide for Application Load Balancers, "HTTP headers and Application Load Balancers".
describe('what a target gets of a request', () => {
  it.each([
    ['adds its fields at the end', ['Host', 'A.example.com:443', 'a', 'b'], ['Host: a.example.com', 'a: b', ...ADDED]],
    ['writes Host for HTTP/1.0', ['a', 'b'], ['a: b', 'Host: lb-1.us-east-1.elb.localhost', ...ADDED]],
    [
      'puts its own values where the client wrote such fields, once',
      ['x-forwarded-proto', 'http', 'Host', 'a', 'X-Forwarded-Proto', 'ftp', 'x-amzn-trace-id', 'Self=1'],
      ['x-forwarded-proto: https', 'Host: a', 'x-amzn-trace-id: Root=1-2-3', ADDED[0], ADDED[2]],
    ],
    [
      'appends the address to all that came',
      ['Host', 'a', 'X-Forwarded-For', '10.0.0.1', 'b', 'c', 'x-forwarded-for', '10.0.0.2'],
      ['Host: a', 'X-Forwarded-For: 10.0.0.1, 10.0.0.2, 198.51.100.7', 'b: c', ...ADDED.slice(1)],
    ],
    [
      'leaves out what concerns one connection, and Expect',
      [
        'Host',
        'a',
        'Connection',
        'close, X-Mine',
        'x-mine',
        '1',
        'TE',
        'trailers',
        'Expect',
        '100-continue',
        'Keep-Alive',
        '1',
      ],
      ['Host: a', ...ADDED],
    ],
  ])('%s', (_, headers, expected) => {
    expect(head(headers)).toEqual(['GET /x HTTP/1.1', ...expected, END])
  })

  it('says how the body is framed, and drops invalid names when told', () => {
    expect(head(['Host', 'a', 'x_y', '1'], { length: 'chunked' })).toContain('Transfer-Encoding: chunked')
    expect(head(['Host', 'a', 'x_y', '1'])).toContain('x_y: 1')
    expect(head(['Host', 'a', 'x_y', '1'], { balancer: { dropInvalidHeaderFields: true } })).not.toContain('x_y: 1')
  })

  it('passes X-Forwarded-For on, removes it, or appends with the port', () => {
    const came = ['Host', 'a', 'X-Forwarded-For', '10.0.0.1', 'X-Forwarded-For', '10.0.0.2']
    const named = (lines: readonly string[]) => lines.filter(line => line.startsWith('X-Forwarded-For'))
    expect(named(head(came, { balancer: { xffHeaderProcessing: 'preserve' } }))).toEqual([
      'X-Forwarded-For: 10.0.0.1',
      'X-Forwarded-For: 10.0.0.2',
    ])
    expect(named(head(came, { balancer: { xffHeaderProcessing: 'remove' } }))).toEqual([])
    expect(named(head(['Host', 'a'], { balancer: { xffHeaderProcessing: 'preserve' } }))).toEqual([])
    expect(named(head(came, { balancer: { xffClientPort: true } }))).toEqual([
      'X-Forwarded-For: 10.0.0.1, 10.0.0.2, 198.51.100.7:40000',
    ])
  })

  it('spells its fields as ever for clients of HTTP/2, and no others', () => {
    expect(head(['host', 'a', 'x-forwarded-port', '1', 'x-other', '2'], { client: { http2: true } })).toEqual([
      'GET /x HTTP/1.1',
      'Host: a',
      'X-Forwarded-Port: 443',
      'x-other: 2',
      ADDED[0],
      ADDED[1],
      ADDED[3],
      END,
    ])
  })

  // ELB User Guide, "Edit attributes for your Application Load Balancer": both header fields are in OpenSSL format.
  describe('with routing.http.x_amzn_tls_version_and_cipher_suite.enabled', () => {
    const tls = { version: 'TLSv1.2', cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256', serverName: 'a' }
    const forged = ['Host', 'a', 'X-Amzn-Tls-Version', 'TLSv9', 'x-amzn-tls-cipher-suite', 'NONE']
    const tlsLines = (lines: readonly string[]) => lines.filter(line => /^x-amzn-tls/i.test(line))

    it('tells version and cipher of the client, whatever the client wrote itself', () => {
      expect(tlsLines(head(forged, { balancer: { tlsHeaders: true }, client: { tls } }))).toEqual([
        'x-amzn-tls-version: TLSv1.2',
        'x-amzn-tls-cipher-suite: ECDHE-ECDSA-AES128-GCM-SHA256',
      ])
    })

    it('says nothing of a client without TLS', () => {
      expect(tlsLines(head(forged, { balancer: { tlsHeaders: true } }))).toEqual([])
    })

    it('says nothing when it is off', () => {
      expect(tlsLines(head(['Host', 'a'], { client: { tls } }))).toEqual([])
    })
  })
})
