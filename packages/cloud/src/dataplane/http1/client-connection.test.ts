import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ClientConnection, ResponseListener } from './client-connection.ts'
import { ConnectionPool } from './pool.ts'

const open: { server: Server; sockets: Set<Socket>; folder: string }[] = []
afterEach(async () => {
  for (const { server, sockets, folder } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>(resolve => server.close(() => resolve()))
    rmSync(folder, { recursive: true, force: true })
  }
})

/** A server that answers the nth request of a connection with the nth text; nothing: it closes. */
async function answering(...answers: readonly string[]): Promise<{ path: string; connections: () => number }> {
  const folder = mkdtempSync(join(tmpdir(), 'http1-client-'))
  const path = join(folder, 's')
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(socket => {
    sockets.add(socket)
    connections++
    let next = 0
    socket.on('data', () => {
      const answer = answers[next++]
      if (answer === undefined) socket.end()
      else socket.write(answer, 'latin1')
    })
  })
  open.push({ server, sockets, folder })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return { path, connections: () => connections }
}

interface Answer {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
  readonly failure?: string
}

function ask(connection: ClientConnection, method = 'GET'): Promise<Answer> {
  return new Promise(resolve => {
    let status = 0
    let headers: readonly string[] = []
    let body = ''
    const listener: ResponseListener = {
      onHead(head) {
        status = head.status
        headers = head.headers
      },
      onBody(chunk) {
        body += chunk.toString('latin1')
      },
      // After this turn the connection is back in its pool.
      onEnd: () => setImmediate(() => resolve({ status, headers, body })),
      onTurn() {},
      onDrain() {},
      onFailure: (failure, responded) =>
        resolve({ status, headers, body, failure: `${failure}${responded ? ' late' : ''}` }),
    }
    connection.send(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, method === 'HEAD', listener)
    connection.endRequest()
  })
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('a pool of connections', () => {
  it('uses a connection again after its answer is complete', async () => {
    const server = await answering(OK, OK, OK)
    const pool = new ConnectionPool(server.path)
    for (let index = 0; index < 3; index++) expect(await ask(pool.take())).toMatchObject({ status: 200, body: 'ok' })
    expect(server.connections()).toBe(1)
    pool.destroy()
  })

  it.each([
    ['says Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['is HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['sends more than one answer', `${OK}${OK}`],
  ])('does not use a connection again when the server %s', async (_, answer) => {
    const server = await answering(answer, OK)
    const pool = new ConnectionPool(server.path)
    expect(await ask(pool.take())).toMatchObject({ body: 'ok' })
    const second = await ask(pool.take())
    const body = second.failure === undefined ? second.body : (await ask(pool.take())).body
    expect(body).toBe('ok')
    expect(server.connections()).toBe(2)
    pool.destroy()
  })

  it('gives bodies that stay as they came, whatever is read afterwards on whichever connection', async () => {
    const pools = await Promise.all(
      ['a', 'b'].map(async letter => {
        const body = letter.repeat(300_000)
        const server = await answering(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
        return { body, pool: new ConnectionPool(server.path) }
      }),
    )
    const read = ({ pool }: { pool: ConnectionPool }) =>
      new Promise<string>((resolve, reject) => {
        const chunks: Buffer[] = []
        const connection = pool.take()
        connection.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n', false, {
          onHead() {},
          onBody: chunk => chunks.push(chunk),
          onEnd: () => setImmediate(() => resolve(Buffer.concat(chunks).toString())),
          onTurn() {},
          onDrain() {},
          onFailure: reject,
        })
        connection.endRequest()
      })
    const bodies = await Promise.all(pools.map(read))
    expect(bodies.map((body, index) => body === pools[index]?.body)).toEqual([true, true])
    for (const { pool } of pools) pool.destroy()
  })

  it('lets the next answer through when the last one was held back at its end', async () => {
    const server = await answering(OK, OK)
    const pool = new ConnectionPool(server.path)
    const first = pool.take()
    await new Promise<void>(resolve => {
      first.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n', false, {
        onHead() {},
        onBody: () => first.pause(),
        onEnd: () => setImmediate(resolve),
        onTurn() {},
        onDrain() {},
        onFailure: () => resolve(),
      })
      first.endRequest()
    })
    expect(await ask(pool.take())).toMatchObject({ body: 'ok' })
    expect(server.connections()).toBe(1)
    pool.destroy()
  })

  it('closes what is idle when it retires', async () => {
    const server = await answering(OK)
    const pool = new ConnectionPool(server.path)
    await ask(pool.take())
    pool.retire()
    const [sockets] = open.map(entry => entry.sockets)
    await Promise.all(
      [...(sockets ?? [])].map(socket => new Promise<void>(resolve => socket.once('close', () => resolve()))),
    )
  })
})

describe('answers', () => {
  it.each([
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n', 'abcde'],
    ['with trailers', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: 1\r\n\r\n', 'a'],
    ['after an interim answer', `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${OK}`, 'ok'],
    ['without content', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    [
      'not modified, with the length of what it stands for',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
      '',
    ],
  ])('reads one that is %s, and the next one on the connection', async (_, answer, body) => {
    const server = await answering(answer, OK)
    const pool = new ConnectionPool(server.path)
    expect(await ask(pool.take())).toMatchObject({ body })
    expect(await ask(pool.take())).toEqual({ status: 200, headers: ['Content-Length', '2'], body: 'ok' })
    expect(server.connections()).toBe(1)
    pool.destroy()
  })

  it('expects no body after HEAD', async () => {
    const server = await answering('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', OK)
    const pool = new ConnectionPool(server.path)
    expect(await ask(pool.take(), 'HEAD')).toMatchObject({ status: 200, body: '' })
    expect(await ask(pool.take())).toMatchObject({ body: 'ok' })
    pool.destroy()
  })

  it('reads one that ends by closing', async () => {
    const server = await answering('HTTP/1.1 200 OK\r\n\r\nto the end')
    const pool = new ConnectionPool(server.path)
    const answer = ask(pool.take())
    const [entry] = open
    while (entry?.sockets.size === 0) await new Promise<void>(resolve => setImmediate(resolve))
    for (const socket of entry?.sockets ?? []) socket.once('data', () => socket.end())
    expect(await answer).toMatchObject({ status: 200, body: 'to the end' })
    pool.destroy()
  })

  it.each([
    ['closes without an answer', [], 'closed'],
    ['says something else than HTTP', ['220 mail.example.com ESMTP\r\n'], 'malformed'],
    ['sends two lengths', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'], 'malformed'],
    ['breaks off a chunk', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'], 'malformed late'],
  ])('reports a server that %s', async (_, answers, failure) => {
    const server = await answering(...answers)
    const pool = new ConnectionPool(server.path)
    expect(await ask(pool.take())).toMatchObject({ failure })
    pool.destroy()
  })

  it('reports that nobody listens', async () => {
    const pool = new ConnectionPool(join(tmpdir(), 'nobody-listens-here'))
    expect(await ask(pool.take())).toMatchObject({ failure: 'refused' })
  })
})
