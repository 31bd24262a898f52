import { describe, expect, it } from 'vitest'
import { requestHead } from '../http2/request-head.ts'
import { readClientHello } from './client-hello.ts'
import { readProxyLine } from './proxy-line.ts'
import { findTlsPolicy, TLS_POLICIES } from './tls-policies.ts'

describe('the line that announces a connection', () => {
  it.each([
    ['PROXY TCP4 10.0.0.1 10.0.0.2 1 80\r\nGET', { address: '10.0.0.1', port: 1, rest: Buffer.from('GET') }],
    ['PROXY TCP6 fd00::1 fd00::2 1 80\r\n', { address: 'fd00::1', port: 1, rest: Buffer.from('') }],
    ['PROXY TC', 'incomplete'],
    ['PROXY TCP4 10.0.0.1', 'incomplete'],
    ['GET / HTTP/1.1\r\n', 'malformed'],
    ['PROXY UNKNOWN\r\n', 'malformed'],
    ['PROXY TCP4 fd00::1 10.0.0.2 1 80\r\n', 'malformed'],
    ['PROXY TCP4 10.0.0.1 10.0.0.2 1 65536\r\n', 'malformed'],
    ['PROXY TCP4 10.0.0.1 10.0.0.2 1 80 \r\n', 'malformed'],
    [`PROXY TCP4 ${'1'.repeat(120)}\r\n`, 'malformed'],
  ])('%j', (text, expected) => {
    expect(readProxyLine(Buffer.from(text))).toEqual(expected)
  })
})

/** A ClientHello with a name and protocols, in one record or several. */
function hello(name: string, protocols: readonly string[], recordSize = 65_535): Buffer {
  const vector = (size: 1 | 2, content: Buffer) => {
    const length = Buffer.alloc(size)
    length.writeUIntBE(content.length, 0, size)
    return Buffer.concat([length, content])
  }
  const extension = (type: number, content: Buffer) => Buffer.concat([Buffer.from([0, type]), vector(2, content)])
  const sni = extension(0, vector(2, Buffer.concat([Buffer.from([0]), vector(2, Buffer.from(name))])))
  const alpn = extension(16, vector(2, Buffer.concat(protocols.map(each => vector(1, Buffer.from(each))))))
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32),
    vector(1, Buffer.alloc(0)),
    vector(2, Buffer.from([0x13, 0x01])),
    vector(1, Buffer.from([0])),
    vector(2, Buffer.concat([sni, alpn])),
  ])
  const length = Buffer.alloc(3)
  length.writeUIntBE(body.length, 0, 3)
  const message = Buffer.concat([Buffer.from([1]), length, body])
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += recordSize)
    records.push(Buffer.concat([Buffer.from([0x16, 3, 1]), vector(2, message.subarray(at, at + recordSize))]))
  return Buffer.concat(records)
}

describe('the first message of TLS', () => {
  const expected = { serverName: 'app.example.com', protocols: ['h2', 'http/1.1'] }

  it('names the host and the protocols, in one record or many', () => {
    expect(readClientHello(hello('App.Example.com', ['h2', 'http/1.1']))).toEqual(expected)
    expect(readClientHello(hello('app.example.com', ['h2', 'http/1.1'], 20))).toEqual(expected)
  })

  it('is incomplete wherever it is cut', () => {
    const bytes = hello('app.example.com', ['h2'])
    for (let length = 1; length < bytes.length; length++)
      expect(readClientHello(bytes.subarray(0, length))).toBe('incomplete')
  })

  it('is malformed when it is something else, or its parts are too long', () => {
    const bytes = hello('app.example.com', ['h2'])
    expect(readClientHello(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe('malformed')
    const broken = Buffer.from(bytes)
    broken[5 + 4 + 34] = 255
    expect(readClientHello(broken)).toBe('malformed')
  })
})

// ELB User Guide for Application Load Balancers, "Security policies for your Application Load Balancer".
describe('security policies', () => {
  it.each([
    ['2016-08', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['TLS13-1-3-2021-06', ['TLSv1.3']],
    ['TLS13-1-2-2021-06', ['TLSv1.2', 'TLSv1.3']],
    ['TLS13-1-2-Res-2021-06', ['TLSv1.2', 'TLSv1.3']],
    ['TLS13-1-1-2021-06', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['TLS13-1-0-2021-06', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['TLS-1-2-2017-01', ['TLSv1.2']],
    ['TLS-1-2-Ext-2018-06', ['TLSv1.2']],
    ['TLS-1-1-2017-01', ['TLSv1.1', 'TLSv1.2']],
  ])('%s takes %j', (name, protocols) => {
    expect(findTlsPolicy(`ELBSecurityPolicy-${name}`)?.protocols).toEqual(protocols)
  })

  it('restricted ones have GCM ciphers alone', () => {
    for (const { ciphers } of TLS_POLICIES.filter(({ name }) => name.includes('TLS13-1-2-Res')))
      expect(ciphers.every(cipher => /GCM|CHACHA20/.test(cipher))).toBe(true)
  })
})

describe('the head of an HTTP/2 request', () => {
  const head = (...fields: string[]) =>
    requestHead([':method', 'GET', ':path', '/', ':authority', 'app.example.com', ...fields])

  it('has Host first and its cookies in one field', () => {
    const { request, refusal } = head('cookie', 'a=1', 'x', 'y', 'cookie', 'b=2')
    expect(refusal).toBeUndefined()
    expect(request.headers).toEqual(['Host', 'app.example.com', 'x', 'y', 'cookie', 'a=1; b=2'])
  })

  it.each([
    ['another Host', ['host', 'other.example.com']],
    ['a transfer coding', ['transfer-encoding', 'chunked']],
    ['a line end in a field', ['x', 'a\r\nHost: b']],
    ['a name that is none', ['x y', 'a']],
  ])('is refused with %s', (_, fields) => {
    expect(head(...fields).refusal?.status).toBe(400)
  })

  it.each(['/a b', 'abc', '/a\r\nX: y', '/#x'])('is refused with the path %j', path => {
    expect(requestHead([':method', 'GET', ':path', path, ':authority', 'a.example.com']).refusal?.status).toBe(400)
  })
})
