import { once } from 'node:events'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { systemClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { CertificateStore } from '../entrance/certificates.ts'
import type { BalancerSample } from '../messages.ts'
import { NodeListener } from './node-listener.ts'
import { call, listener, startBalancer, targetGroup } from './testing.ts'

const FORWARD = { kind: 'forward', targetGroups: [{ node: 'tg', weight: 1 }] } as const
const LINE = 'PROXY TCP4 10.0.2.9 10.0.0.4 45678 8080\r\n'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function start(options: Parameters<typeof startBalancer>[1]) {
  const running = await startBalancer(systemClock, options)
  stops.push(() => running.stop())
  return running
}

type Running = Awaited<ReturnType<typeof start>>

/** Listens for clients inside the VPC; resolves with its socket's path when they can come. */
async function listen({ balancer, folder }: Running, port: number): Promise<string> {
  const [node] = balancer.nodes
  if (!node) throw new Error('the balancer has no node')
  const opened = new NodeListener({
    balancer,
    node,
    port,
    certificates: () => new CertificateStore([]),
    clock: systemClock,
    onFailure: error => expect.unreachable(error.message),
  })
  stops.push(() => opened.close())
  const path = join(folder, String(port))
  await new Promise<void>(resolve => {
    const attempt = () => {
      const socket = connect(path, () => {
        socket.destroy()
        resolve()
      })
      socket.on('error', attempt)
    }
    attempt()
  })
  return path
}

const count = (samples: readonly BalancerSample[], metric: string) =>
  samples
    .filter(({ counts }) => counts[metric] !== undefined)
    .map(({ targetGroup: group, counts }) => [group, counts[metric]])

// ELB User Guide for Application Load Balancers, "CloudWatch metrics for your Application Load Balancer".
describe('connections that come to nothing', () => {
  it('are RejectedConnectionCount when the node has as many as it takes', async () => {
    const running = await start({
      listener: listener(FORWARD, { port: 8080, protocol: 'HTTP' }),
      maxConnections: 1,
    })
    running.group.setTargets([await running.target('one', (_, response) => response.end('hi'))])
    const path = await listen(running, 8080)
    const ask = () => {
      const socket = connect(path, () => socket.write(`${LINE}GET / HTTP/1.1\r\nHost: a\r\n\r\n`))
      socket.on('error', () => {})
      return socket
    }
    const first = ask()
    const [answer] = await once(first, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /)
    const second = ask()
    second.on('data', () => expect.unreachable('the second connection was answered'))
    await once(second, 'close')
    const samples = running.balancer.takeSamples()
    expect(count(samples, 'RejectedConnectionCount')).toEqual([[undefined, 1]])
    expect(count(samples, 'NewConnectionCount')).toEqual([[undefined, 1]])
    expect(count(samples, 'RequestCount')).toEqual([['tg', 1]])
    first.destroy()
  })

  it('are ClientTLSNegotiationErrorCount when there is no agreement on TLS', async () => {
    const running = await start({ listener: listener(FORWARD) })
    const path = await listen(running, 443)
    const socket = connect(path, () => socket.write(LINE))
    await once(socket, 'connect')
    const tls = connectTls({ socket, servername: 'app.example.com', rejectUnauthorized: false })
    tls.on('error', () => {})
    await new Promise(resolve => tls.once('close', resolve))
    expect(count(running.balancer.takeSamples(), 'ClientTLSNegotiationErrorCount')).toEqual([[undefined, 1]])
  })

  it('are TargetTLSNegotiationErrorCount of the group, and 502, when a target speaks no TLS', async () => {
    const running = await start({ group: targetGroup({ protocol: 'HTTPS' }) })
    const path = join(running.folder, 'plain')
    const open = new Set<Socket>()
    const plain = createTcpServer(socket => {
      open.add(socket)
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'))
    })
    await new Promise<void>(resolve => plain.listen(path, resolve))
    stops.push(() => {
      for (const socket of open) socket.destroy()
      plain.close()
    })
    running.group.setTargets([await running.target('plain', null)])
    expect((await call(running.entrance.path)).status).toBe(502)
    const samples = running.balancer.takeSamples()
    expect(count(samples, 'TargetTLSNegotiationErrorCount')).toEqual([['tg', 1]])
    expect(count(samples, 'TargetConnectionErrorCount')).toEqual([])
  })

  it('are TargetConnectionErrorCount when nobody listens at the target', async () => {
    const running = await start({ group: targetGroup({ protocol: 'HTTPS' }) })
    running.group.setTargets([await running.target('nobody', null)])
    expect((await call(running.entrance.path)).status).toBe(502)
    const samples = running.balancer.takeSamples()
    expect(count(samples, 'TargetConnectionErrorCount')).toEqual([['tg', 1]])
    expect(count(samples, 'TargetTLSNegotiationErrorCount')).toEqual([])
  })
})

// ELB User Guide for Application Load Balancers, "HTTP header modification": routing.http.response.server.enabled.
describe('the field Server of responses that a balancer makes itself', () => {
  const REDIRECT = {
    kind: 'redirect',
    protocol: 'HTTPS',
    host: '#{host}',
    port: '443',
    path: '/#{path}',
    query: '#{query}',
    status: 301,
  } as const
  const FIXED = { kind: 'fixedResponse', status: 200, contentType: 'text/plain', body: 'hi' } as const

  it.each([
    ['a fixed response', FIXED, 200],
    ['a redirect', REDIRECT, 301],
    ['an error', FORWARD, 503],
  ])('is in %s, unless the listener leaves it out', async (_, action, status) => {
    for (const serverHeader of [undefined, false]) {
      const running = await start({ listener: listener(action, serverHeader === false ? { serverHeader } : {}) })
      const answer = await call(running.entrance.path)
      expect(answer.status).toBe(status)
      expect(answer.headers.server).toBe(serverHeader === false ? undefined : 'awselb/2.0')
    }
  })

  it('is in the answer to bytes that are no request, too, unless the listener leaves it out', async () => {
    for (const serverHeader of [true, false]) {
      const running = await start({ listener: listener(FORWARD, { port: 8080, protocol: 'HTTP', serverHeader }) })
      const path = await listen(running, 8080)
      const socket = connect(path, () => socket.write(`${LINE}nonsense\r\n\r\n`))
      const [answer] = await once(socket, 'data')
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
      expect(String(answer).includes('\r\nServer: awselb/2.0\r\n')).toBe(serverHeader)
      socket.destroy()
    }
  })

  it('of a target is left as it came', async () => {
    const running = await start({ listener: listener(FORWARD, { serverHeader: false }) })
    const target = await running.target('one', (_, response) => response.setHeader('Server', 'mine').end())
    running.group.setTargets([target])
    expect((await call(running.entrance.path)).headers.server).toBe('mine')
  })
})
