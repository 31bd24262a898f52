import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Exchange, type Handler, respond } from './exchange.ts'
import { getHeader } from './headers.ts'
import { collect, echo, serve, TEST_CLIENT, type TestServer, talk } from './testing.ts'

const servers: TestServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.stop()))
})

async function pathOf(handler: Handler): Promise<string> {
  const server = await serve(handler)
  servers.push(server)
  return server.path
}

const CLOSE = 'Host: example.com\r\nConnection: close\r\n'

describe('requests on one connection', () => {
  it('answers a pipeline in order, also when a later answer would be ready sooner', async () => {
    const waiting: Exchange[] = []
    const path = await pathOf(exchange => {
      if (exchange.request.target !== '/slow') return respond(exchange, 200, 'OK', [], exchange.request.target)
      waiting.push(exchange)
      setImmediate(() => respond(exchange, 200, 'OK', [], '/slow'))
    })
    const answer = await talk(
      path,
      `GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /fast HTTP/1.1\r\nHost: a\r\n\r\nGET /last HTTP/1.1\r\n${CLOSE}\r\n`,
    )
    expect(answer.match(/\/(slow|fast|last)/g)).toEqual(['/slow', '/fast', '/last'])
    expect(waiting).toHaveLength(1)
  })

  it('keeps the connection when a handler answers at once', async () => {
    const path = await pathOf(exchange => respond(exchange, 200, 'OK', [], 'x'))
    const answer = await talk(path, 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n', `GET /2 HTTP/1.1\r\n${CLOSE}\r\n`)
    expect(answer.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2)
    expect(answer).toContain('Connection: keep-alive')
    expect(answer).toContain('Connection: close')
  })

  it('never runs a request that comes behind the last answer', async () => {
    const targets: string[] = []
    const path = await pathOf(exchange => {
      targets.push(exchange.request.target)
      respond(exchange, 413, 'Content Too Large', [], '')
    })
    // The body is not read, so the connection can't be kept; the bytes of the body look like a request.
    const smuggled = 'DELETE /everything HTTP/1.1\r\nHost: a\r\n\r\n'
    const answer = await talk(
      path,
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}DELETE /more HTTP/1.1\r\nHost: a\r\n\r\n`,
    )
    expect(targets).toEqual(['/'])
    expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1)
  })

  it('answers what was asked before the client closed its half', async () => {
    const server = await serve(
      exchange => setImmediate(() => respond(exchange, 200, 'OK', [], 'late')),
      TEST_CLIENT,
      true,
    )
    servers.push(server)
    const { path } = server
    const answer = await new Promise<string>(resolve => {
      let text = ''
      const socket = connect({ path, allowHalfOpen: true }, () => socket.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
      socket.on('data', chunk => {
        text += chunk
      })
      socket.on('end', () => resolve(text))
    })
    expect(answer).toMatch(/late$/)
  })

  it('refuses a malformed second request of a pipeline without harm to the first', async () => {
    const path = await pathOf(exchange => setImmediate(() => respond(exchange, 200, 'OK', [], 'first')))
    const answer = await talk(path, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n\u0001 nonsense\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*firstHTTP\/1.1 400 Bad Request/)
  })

  it('holds a client back that sends ahead without end', async () => {
    const server = await serve(() => {})
    servers.push(server)
    const socket = connect(server.path)
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(100_000))
    const paused = () => [...server.open].some(open => open.isPaused())
    while (!paused()) await new Promise<void>(resolve => setImmediate(resolve))
    expect(paused()).toBe(true)
    socket.destroy()
  })
})

describe('bodies', () => {
  const parts = ['first ', 'second ', 'third']
  const chunkedBody = `${parts.map(part => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`
  const request = `POST /p HTTP/1.1\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n${chunkedBody}`

  it('reads a chunked body', async () => {
    expect(await talk(await pathOf(echo), request)).toMatch(/POST \/p first second third$/)
  })

  it('reads the same request wherever the bytes are split', async () => {
    const path = await pathOf(echo)
    const split = Array.from({ length: request.length - 1 }, (_, index) => index + 1)
    const answers = await Promise.all(split.map(at => talk(path, request.slice(0, at), request.slice(at))))
    expect(new Set(answers.map(answer => answer.slice(answer.indexOf('\r\n\r\n'))))).toEqual(
      new Set(['\r\n\r\nPOST /p first second third']),
    )
  })

  it('reads a request that comes byte by byte', async () => {
    expect(await talk(await pathOf(echo), ...request)).toMatch(/POST \/p first second third$/)
  })

  it('writes chunks when the length is unknown', async () => {
    const path = await pathOf(exchange => {
      exchange.start(200, 'OK', [], 'chunked')
      for (const part of parts) exchange.write(Buffer.from(part))
      exchange.end()
    })
    const answer = await talk(path, `GET / HTTP/1.1\r\n${CLOSE}\r\n`)
    expect(answer).toContain('Transfer-Encoding: chunked')
    expect(answer.endsWith(`\r\n\r\n${chunkedBody}`)).toBe(true)
  })

  it('ends by closing for an HTTP/1.0 client when the length is unknown', async () => {
    const path = await pathOf(exchange => {
      exchange.start(200, 'OK', [], 'chunked')
      exchange.write(Buffer.from('old'))
      exchange.end()
    })
    const answer = await talk(path, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    expect(answer).not.toContain('chunked')
    expect(answer).toMatch(/Connection: close\r\n\r\nold$/)
  })

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('sends no body after %s %i', async (method, status) => {
    const path = await pathOf(exchange => {
      exchange.start(exchange.request.target === '/x' ? status : 200, 'Reason', [], 5)
      exchange.write(Buffer.from('hello'))
      exchange.end()
    })
    const answer = await talk(path, `${method} /x HTTP/1.1\r\nHost: a\r\n\r\n`, `GET /y HTTP/1.1\r\n${CLOSE}\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 \d+ Reason\r\n[\s\S]*\r\n\r\nHTTP\/1.1 200 Reason[\s\S]*hello$/)
    expect(answer.match(/hello/g)).toHaveLength(1)
  })

  it('answers early and closes when nobody reads the body', async () => {
    const path = await pathOf(exchange => respond(exchange, 403, 'Forbidden', [], 'no'))
    const answer = await talk(path, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart')
    expect(answer).toMatch(/^HTTP\/1.1 403[\s\S]*Connection: close\r\n\r\nno$/)
  })

  it('answers early, throws the rest of a read body away, and keeps the connection', async () => {
    const path = await pathOf(exchange => {
      if (exchange.request.method === 'GET') return respond(exchange, 200, 'OK', [], 'next')
      exchange.readBody({ onBody() {}, onEnd() {}, onAbort() {} })
      exchange.pauseBody()
      respond(exchange, 409, 'Conflict', [], 'early')
    })
    const socket = connect(path, () => socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc'))
    let answer = ''
    for await (const chunk of socket) {
      if (answer === '') socket.write(`defghiGET / HTTP/1.1\r\n${CLOSE}\r\n`)
      answer += chunk
    }
    expect(answer).toMatch(/^HTTP\/1.1 409[\s\S]*earlyHTTP\/1.1 200[\s\S]*next$/)
  })

  it('tells the handler when the client goes away in the middle of its body', async () => {
    const events: string[] = []
    const gone = Promise.withResolvers<void>()
    const path = await pathOf(exchange => {
      exchange.onClose = () => events.push('close')
      exchange.onDone = () => gone.resolve()
      exchange.readBody({
        onBody: chunk => events.push(chunk.toString()),
        onEnd: () => events.push('end'),
        onAbort: () => events.push('abort'),
      })
      socket.destroy()
    })
    const socket = connect(path, () => socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc'))
    await gone.promise
    expect(events).toEqual(['abc', 'close', 'abort'])
  })

  it('does not take trailer fields for fields of the next request', async () => {
    const heads: string[][] = []
    const path = await pathOf(exchange => {
      heads.push(exchange.request.headers)
      collect(exchange, () => respond(exchange, 200, 'OK', [], ''))
    })
    await talk(
      path,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: stolen\r\n\r\n',
      `GET / HTTP/1.1\r\n${CLOSE}\r\n`,
    )
    expect(heads[1]).toEqual(['Host', 'example.com', 'Connection', 'close'])
  })

  it('says 100 Continue to a client that waits for it', async () => {
    const path = await pathOf(echo)
    const answer = await talk(path, `PUT / HTTP/1.1\r\n${CLOSE}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`, 'ok')
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*PUT \/ ok$/)
  })
})

describe('heads', () => {
  it('passes fields on as they came: spelling, order, repetition, empty values', async () => {
    let headers: string[] = []
    const path = await pathOf(exchange => {
      headers = exchange.request.headers
      respond(exchange, 200, 'OK', [], '')
    })
    await talk(
      path,
      'GET /?q=%20 HTTP/1.1\r\nhOsT: a\r\nEmpty:\r\nX: 1\r\nX:  2 \r\nLatin: \xe9\r\nConnection: close\r\n\r\n',
    )
    expect(headers).toEqual(['hOsT', 'a', 'Empty', '', 'X', '1', 'X', '2', 'Latin', '\xe9', 'Connection', 'close'])
    expect(getHeader(headers, 'host')).toBe('a')
  })

  it('takes a large head and refuses one that is too large', async () => {
    const path = await pathOf(exchange => respond(exchange, 200, 'OK', [], 'fine'))
    const head = (bytes: number) => `GET / HTTP/1.1\r\n${CLOSE}X-Large: ${'x'.repeat(bytes)}\r\n\r\n`
    expect(await talk(path, head(64_000))).toMatch(/fine$/)
    expect(await talk(path, head(90_000))).toMatch(/^HTTP\/1.1 400[\s\S]*the header fields are too large$/)
  })

  it.each([
    ['both Content-Length and Transfer-Encoding', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'],
    ['Transfer-Encoding before Content-Length', 'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n'],
    ['two different lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n'],
    ['a length that is no number', 'Content-Length: 3x\r\n'],
    ['a negative length', 'Content-Length: -1\r\n'],
    ['a length that overflows', 'Content-Length: 99999999999999999999999\r\n'],
    ['an unknown transfer coding', 'Transfer-Encoding: chunked, identity\r\n'],
    ['chunked that is not the last coding', 'Transfer-Encoding: chunked, gzip\r\n'],
    ['a space before the colon', 'Content-Length : 3\r\n'],
    ['a folded field', 'X: a\r\n b\r\n'],
    ['a bare line feed after a field', 'X: a\nContent-Length: 3\r\n'],
    ['a bare carriage return in a field', 'X: a\rContent-Length: 3\r\n'],
    ['a NUL in a field', 'X: a\u0000b\r\n'],
    ['a field without a name', ': a\r\n'],
  ])('refuses %s', async (_, fields) => {
    let called = 0
    const path = await pathOf(exchange => {
      called++
      respond(exchange, 200, 'OK', [], '')
    })
    expect(await talk(path, `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\nabc`)).toMatch(/^HTTP\/1.1 400/)
    expect(called).toBe(0)
  })

  it.each([
    ['a chunk size that is no number', 'zz\r\nabc\r\n0\r\n\r\n'],
    ['a chunk longer than its size', '2\r\nabc\r\n0\r\n\r\n'],
    ['a bare line feed after a chunk size', '3\nabc\r\n0\r\n\r\n'],
    ['a chunk size that overflows', 'fffffffffffffffff\r\nabc\r\n0\r\n\r\n'],
  ])('cuts the connection at %s', async (_, body) => {
    let aborted = false
    const path = await pathOf(exchange =>
      exchange.readBody({
        onBody() {},
        onEnd: () => respond(exchange, 200, 'OK', [], ''),
        onAbort: () => {
          aborted = true
        },
      }),
    )
    expect(await talk(path, `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)).toBe('')
    expect(aborted).toBe(true)
  })
})
