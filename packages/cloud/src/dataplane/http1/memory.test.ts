import { describe, expect, it } from 'vitest'
import { respond } from './exchange.ts'
import { llhttp } from './llhttp.ts'
import { Http1Parser } from './parser.ts'
import { serve, talk } from './testing.ts'

const silent = { onHead: () => 'body' as const, onBody() {}, onComplete: () => 'continue' as const }

describe('the memory of the parsers', () => {
  it('is given back: 100,000 parsers one after the other need no more than one', () => {
    new Http1Parser('request', silent).free()
    const before = llhttp.memory.buffer.byteLength
    for (let index = 0; index < 100_000; index++) {
      const parser = new Http1Parser('request', silent)
      parser.execute(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
      parser.free()
    }
    expect(llhttp.memory.buffer.byteLength).toBe(before)
  })

  it('is given back after 10,000 connections: whole, broken, malformed and cut ones', async () => {
    const server = await serve(exchange => {
      if (exchange.request.target === '/cut') exchange.abort()
      else respond(exchange, 200, 'OK', [], 'x')
    })
    const requests = [
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      'GET /cut HTTP/1.1\r\nHost: a\r\n\r\n',
      'nonsense\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc',
    ]
    const round = async (count: number) => {
      for (let done = 0; done < count; done += 100) {
        await Promise.all(Array.from({ length: 100 }, (_, index) => talk(server.path, requests[index % 4] ?? '')))
      }
    }
    await round(1000)
    const before = llhttp.memory.buffer.byteLength
    await round(10_000)
    await server.stop()
    expect(llhttp.memory.buffer.byteLength).toBe(before)
  })
})
