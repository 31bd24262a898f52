import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, request, type Server } from 'node:http'
import { createServer as createSecureServer, request as requestSecurely } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded, systemClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Authority, openAuthority } from '../../certificates/authority.ts'
import type { PublicAddress } from '../messages.ts'
import { Addresses } from './addresses.ts'
import { Edge } from './edge.ts'

const NAME = 'notes.localhost'

let folder: string
let edge: Edge
let addresses: Addresses
let authority: Authority
let ports: { https: number; http: number }
const servers: Server[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'addr-'))
  authority = await openAuthority({ folder, name: 'test', clock: systemClock, constrainedTo: ['localhost'] })
  addresses = new Addresses({ clock: systemClock, random: seeded(1) })
  edge = new Edge({
    clock: systemClock,
    route: (host, entryPort) => (host === NAME ? addresses.service(entryPort) : undefined),
    knownNames: () => [NAME],
  })
  ports = await edge.listen(0, 0)
})

afterEach(async () => {
  addresses.stop()
  edge.close()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  rmSync(folder, { recursive: true, force: true })
})

/** An instance that answers over TLS at 443 and plainly at 80. */
async function instance(name: string, answer: RequestListener): Promise<PublicAddress> {
  const { certificate: cert, key } = await authority.issue([NAME])
  const sockets = { 443: join(folder, `${name}-443`), 80: join(folder, `${name}-80`) }
  const listening: [Server, string][] = [
    [createSecureServer({ cert, key }, answer), sockets[443]],
    [createServer(answer), sockets[80]],
  ]
  for (const [server, path] of listening) {
    servers.push(server)
    await new Promise<void>(resolve => server.listen(path, resolve))
  }
  return { address: name, sockets }
}

interface Asked {
  readonly status: number
  readonly body: string
  readonly location: string | undefined
}

function ask(port: number, options: { secure?: boolean; method?: string; body?: string; path?: string } = {}) {
  const { secure = false, method = 'GET', body, path = '/' } = options
  return new Promise<Asked>((resolve, reject) => {
    const sent = (secure ? requestSecurely : request)(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        servername: NAME,
        ca: authority.certificate,
        headers: { Host: `${NAME}:${port}`, Origin: `http://${NAME}:${port}` },
      },
      answer => {
        let text = ''
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: text, location: answer.headers.location }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const echo: RequestListener = (incoming, response) => {
  let body = ''
  incoming.on('data', chunk => {
    body += chunk
  })
  incoming.on('end', () => {
    if (incoming.url === '/away') response.writeHead(301, { Location: `https://${NAME}/here` })
    const secure = 'encrypted' in incoming.socket
    response.end(JSON.stringify({ method: incoming.method, body, secure, origin: incoming.headers.origin }))
  })
}

const none = (name: string): PublicAddress => ({ address: name, sockets: { 443: join(folder, name), 80: null } })

describe('a name that leads to addresses of instances', () => {
  it('N-05: leaves TLS to the instance: the client sees its certificate', async () => {
    addresses.set([await instance('one', echo)])
    const { status, body } = await ask(ports.https, { secure: true, method: 'POST', body: 'text' })
    expect([status, JSON.parse(body)]).toMatchObject([200, { method: 'POST', body: 'text', secure: true }])
  })

  it('asks over TLS what came plainly at the port that stands for 443, as if it had come over TLS', async () => {
    addresses.set([await instance('one', echo)])
    const { body } = await ask(ports.https, { method: 'POST', body: 'x'.repeat(100_000) })
    expect(JSON.parse(body)).toMatchObject({ secure: true, origin: `https://${NAME}:${ports.https}` })
    expect(JSON.parse(body).body).toHaveLength(100_000)
  })

  it('leads redirects to the port of this machine', async () => {
    addresses.set([await instance('one', echo)])
    expect(await ask(ports.http, { path: '/away' })).toMatchObject({
      status: 301,
      location: `https://${NAME}:${ports.https}/here`,
    })
  })

  it.each([true, false])('tries another address when one refuses (TLS: %s)', async secure => {
    addresses.set([none('gone'), await instance('two', echo), none('gone-too')])
    const answers = await Promise.all(Array.from({ length: 9 }, () => ask(ports.https, { secure })))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  })

  it('is cut when every address refuses', async () => {
    addresses.set([none('gone')])
    await expect(ask(ports.https)).rejects.toThrow()
    await expect(ask(ports.https, { secure: true })).rejects.toThrow()
  })

  it.each([true, false])('is silent where the network drops what is sent (TLS: %s)', async secure => {
    addresses.set([{ address: 'frozen', sockets: { 443: null, 80: null } }])
    let answered = false
    const asked = ask(ports.https, { secure }).then(
      () => {
        answered = true
      },
      () => {},
    )
    addresses.set([await instance('one', echo)])
    await ask(ports.https)
    expect(answered).toBe(false)
    // The first one still waits, as a client of a lost packet does; it ends with the test.
    void asked
  })

  it('uses the addresses of now', async () => {
    addresses.set([await instance('one', (_, response) => response.end('one'))])
    expect((await ask(ports.https)).body).toBe('one')
    addresses.set([await instance('two', (_, response) => response.end('two'))])
    expect((await ask(ports.https)).body).toBe('two')
  })
})
