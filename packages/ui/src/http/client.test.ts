import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from './client.ts'
import { number, object } from './decode.ts'
import { RequestError } from './request-error.ts'

const servers: Server[] = []

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const thing = object<{ id: number }>({ id: number })

async function failureOf(promise: Promise<unknown>): Promise<RequestError> {
  const thrown: unknown = await promise.catch((error: unknown) => error)
  if (thrown instanceof RequestError) return thrown
  throw new Error(`expected a RequestError, got ${String(thrown)}`)
}

describe('the client', () => {
  it('sends the query, the body and the idempotency key', async () => {
    const seen: string[] = []
    const url = await serve(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const key = String(request.headers['idempotency-key'])
      seen.push(`${request.method} ${request.url} ${key} ${Buffer.concat(chunks).toString()}`)
      response.end('{"id":7}')
    })
    const client = createClient({ baseUrl: async () => url })
    await client.get('/things/', thing, { query: { q: 'a&b', limit: 5, sort: undefined } })
    await client.send('POST', '/things/', thing, { body: { name: 'é' }, idempotencyKey: 'k1' })
    expect(seen).toEqual(['GET /things/?q=a%26b&limit=5 undefined ', 'POST /things/ k1 {"name":"é"}'])
  })

  it('tells a refusal, with its words, from a failure', async () => {
    const url = await serve((request, response) => {
      response.statusCode = request.url === '/no' ? 409 : 500
      response.end('{"detail":"Book already borrowed"}')
    })
    const client = createClient({ baseUrl: async () => url })
    const refused = await failureOf(client.get('/no', thing))
    expect([refused.failure, refused.status, refused.problem?.detail]).toEqual([
      'refused',
      409,
      'Book already borrowed',
    ])
    expect((await failureOf(client.get('/broken', thing))).failure).toBe('broken')
  })

  it('takes a page where JSON was agreed for a failure', async () => {
    const url = await serve((_request, response) => response.end('<html>'))
    const error = await failureOf(createClient({ baseUrl: async () => url }).get('/', thing))
    expect([error.failure, error.message]).toEqual([
      'broken',
      'GET /: TypeError: the answer should be an object, but is missing',
    ])
  })

  it('says that nobody is there when the connection fails, is silent too long, or ends at a gateway', async () => {
    const reachable: boolean[] = []
    const options = { onReachable: (is: boolean) => reachable.push(is) }
    const nobody = createClient({ baseUrl: async () => 'http://127.0.0.1:9', ...options })
    expect((await failureOf(nobody.get('/', thing))).failure).toBe('away')
    const silentUrl = await serve(() => {})
    const silent = createClient({ baseUrl: async () => silentUrl, timeoutMs: 50, ...options })
    expect((await failureOf(silent.get('/', thing))).failure).toBe('away')
    const gatewayUrl = await serve((_request, response) => response.writeHead(503).end('<html>'))
    const gateway = createClient({ baseUrl: async () => gatewayUrl, ...options })
    expect((await failureOf(gateway.get('/', thing))).failure).toBe('away')
    expect(reachable).toEqual([false, false, false])
  })

  it('lets the caller give up without counting that as nobody being there', async () => {
    const url = await serve(() => {})
    const reachable: boolean[] = []
    const client = createClient({ baseUrl: async () => url, onReachable: is => reachable.push(is) })
    const given = new AbortController()
    const promise = client.get('/', thing, { signal: given.signal })
    given.abort()
    await expect(promise).rejects.toThrow('abort')
    expect(reachable).toEqual([])
  })
})
