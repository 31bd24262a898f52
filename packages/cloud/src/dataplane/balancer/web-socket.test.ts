import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { seconds, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { startBalancer } from './testing.ts'

type Running = Awaited<ReturnType<typeof startBalancer>>
let running: Running | undefined
const clients: Socket[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await running?.stop()
})

/** A target that agrees to WebSockets and sends back whatever it gets. */
function echoServer(): Server {
  const server = createServer((_request, response) => response.end('plain'))
  server.on('upgrade', (request, socket: Socket, head) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nhello`,
    )
    if (head.length > 0) socket.write(head)
    socket.pipe(socket)
  })
  return server
}

const HANDSHAKE =
  'GET /chat HTTP/1.1\r\nHost: app.example.com\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n'

interface Conversation {
  readonly socket: Socket
  until(text: string): Promise<string>
  readonly closed: Promise<void>
}

function open(path: string, first: string): Conversation {
  const socket = connect(path)
  clients.push(socket)
  let received = ''
  const waiting = new Set<() => void>()
  const closed = new Promise<void>(resolve => socket.on('close', () => resolve()))
  socket.on('error', () => {})
  socket.on('data', chunk => {
    received += chunk.toString('latin1')
    for (const wake of [...waiting]) wake()
  })
  socket.write(first)
  return {
    socket,
    closed,
    until: text =>
      new Promise(resolve => {
        const look = () => {
          if (!received.includes(text)) return
          waiting.delete(look)
          resolve(received)
        }
        waiting.add(look)
        look()
      }),
  }
}

async function start(clock: VirtualClock) {
  running = await startBalancer(clock)
  const target = await running.target('i-1', echoServer())
  running.group.setTargets([target])
  return { balancer: running, target }
}

describe('a WebSocket', () => {
  it('is relayed both ways, also what was sent before the answer', async () => {
    const { balancer } = await start(new VirtualClock())
    const talk = open(balancer.entrance.path, `${HANDSHAKE}early`)
    const answer = await talk.until('early')
    expect(answer).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/)
    expect(answer).toContain('hello')
    talk.socket.write('more')
    await talk.until('more')
  })

  it('is in the access log as one line when it ends, of type wss', async () => {
    const { balancer } = await start(new VirtualClock())
    const talk = open(balancer.entrance.path, HANDSHAKE)
    await talk.until('hello')
    talk.socket.end()
    await talk.closed
    while (balancer.lines.length === 0) await new Promise(resolve => setImmediate(resolve))
    expect(balancer.lines).toEqual([expect.stringMatching(/^wss \S+ app\/lb\/.* 101 101 .*\/chat HTTP\/1\.1/)])
  })

  it('ends when nobody says anything for the idle time-out', async () => {
    const clock = new VirtualClock()
    const { balancer } = await start(clock)
    const talk = open(balancer.entrance.path, HANDSHAKE)
    await talk.until('hello')
    await clock.advance(seconds(59))
    talk.socket.write('still here')
    await talk.until('still here')
    await clock.advance(seconds(59))
    expect(talk.socket.destroyed).toBe(false)
    await clock.advance(seconds(2))
    await talk.closed
  })

  it('holds the draining of its target, and is cut when the target is forgotten', async () => {
    const { balancer, target } = await start(new VirtualClock())
    const talk = open(balancer.entrance.path, HANDSHAKE)
    await talk.until('hello')
    balancer.group.setTargets([{ ...target, draining: true }])
    expect(balancer.messages.filter(({ type }) => type === 'drained')).toEqual([])
    talk.socket.write('still here')
    await talk.until('still here')
    balancer.group.setTargets([])
    await talk.closed
  })

  it('is an ordinary request when the target does not agree, and another protocol is not offered to it', async () => {
    running = await startBalancer(new VirtualClock())
    const seen: (string | undefined)[] = []
    const plain = createServer((request, response) => {
      seen.push(request.headers.upgrade)
      response.end('plain')
    })
    running.group.setTargets([await running.target('i-1', plain)])
    const talk = open(running.entrance.path, HANDSHAKE)
    expect(await talk.until('plain')).toMatch(/^HTTP\/1\.1 200 OK/)
    const other = open(running.entrance.path, HANDSHAKE.replace('Upgrade: websocket', 'Upgrade: h2c'))
    expect(await other.until('plain')).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(seen.filter(value => value !== undefined)).toEqual(['websocket'])
  })
})
