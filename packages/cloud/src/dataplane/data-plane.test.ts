import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { seconds, systemClock } from '@terrace/kit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Authority, openAuthority } from '../certificates/authority.ts'
import { Journal } from '../journal.ts'
import { Logs } from '../logs.ts'
import { listener, loadBalancer, targetGroup } from './balancer/testing.ts'
import { type DataPlane, startDataPlane } from './data-plane.ts'
import type { BalancerSample, ServerCertificate, TargetFlow, ToDataPlane } from './messages.ts'

const ZONE = 'us-east-1a'
const NAME = 'app.library.localhost'
let state: string
let folder: string
let authority: Authority
let certificates: ServerCertificate[]
let journal: Journal
let dataPlane: DataPlane
let target: Server
let logs: Logs
let ports: { port: number; httpPort: number }
const samples: BalancerSample[] = []
const flows: TargetFlow[] = []

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'plane-'))
  authority = await openAuthority({ folder: state, name: 'test', clock: systemClock })
  const issue = async (arn: string, ...names: string[]) => ({ arn, names, ...(await authority.issue(names)) })
  certificates = [
    await issue('arn:default', 'library.localhost', `*.library.localhost`),
    await issue('arn:exact', 'exact.library.localhost'),
  ]
  target = createServer((incoming, response) => response.end(JSON.stringify(incoming.headers)))
  await new Promise<void>(resolve => target.listen(join(state, 'target'), resolve))
})
afterAll(() => {
  target.closeAllConnections()
  target.close()
  rmSync(state, { recursive: true, force: true })
})

/** Starts the thread with one balancer: HTTPS on 443 by TLS 1.2 alone, HTTP on 8080. */
async function start(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'eni-'))
  journal = new Journal(systemClock)
  logs = new Logs(systemClock, join(state, 'logs'))
  dataPlane = startDataPlane({ logs, journal, realtime: systemClock })
  dataPlane.onMetrics(message => samples.push(...message.samples))
  dataPlane.onFlows(message => flows.push(...message.flows))
  const forward = { kind: 'forward', targetGroups: [{ node: 'tg', weight: 1 }] } as const
  const arns = certificates.map(({ arn }) => arn ?? '')
  dataPlane.send({ type: 'certificates', certificates })
  dataPlane.send({ type: 'names', names: [{ name: NAME, target: { kind: 'loadBalancer', node: 'lb' } }] })
  dataPlane.send({ type: 'targetGroup', targetGroup: targetGroup(), crossZone: true, nodes: [ZONE] })
  dataPlane.send({
    type: 'loadBalancer',
    config: {
      loadBalancer: loadBalancer(),
      listeners: [
        listener(forward, { certificates: arns, sslPolicy: 'ELBSecurityPolicy-TLS-1-2-2017-01' }),
        listener(forward, { id: 'plain', port: 8080, protocol: 'HTTP' }),
      ],
      nodes: [{ zone: ZONE, address: '10.0.0.4', folder }],
      certificates,
      cookieKey: 'ab'.repeat(32),
    },
  })
  const healthy = new Promise<void>(resolve => {
    dataPlane.onHealth(({ state: now }) => now === 'healthy' && resolve())
  })
  const routes = { [ZONE]: join(state, 'target') }
  const one = { id: 'i-1:8000', zone: ZONE, address: '10.0.2.4', port: 8000, draining: false, routes }
  dataPlane.send({ type: 'targets', targetGroup: 'tg', targets: [one] })
  ports = await dataPlane.listen(0, 0)
  await healthy
}

afterEach(async () => {
  await dataPlane.stop()
  await logs.close()
  samples.length = 0
  flows.length = 0
  rmSync(folder, { recursive: true, force: true })
})

/** All that comes back on a node's socket until the connection ends. */
function raw(port: number, text: string): Promise<string> {
  return new Promise(resolve => {
    let received = ''
    const socket = connect(join(folder, String(port)), () => socket.write(text))
    socket.on('data', chunk => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
  })
}

const REQUEST = `GET / HTTP/1.1\r\nHost: ${NAME}\r\nConnection: close\r\n\r\n`
const LINE = 'PROXY TCP4 10.0.2.9 10.0.0.4 45678 8080\r\n'

function secure(options: { servername?: string; ALPNProtocols?: string[]; inside?: boolean } = {}): Promise<TLSSocket> {
  const { servername = NAME, ALPNProtocols = ['http/1.1'], inside = false } = options
  return new Promise((resolve, reject) => {
    const socket = inside ? connect(join(folder, '443')) : connect(ports.port, '127.0.0.1')
    if (inside) socket.write(LINE)
    const tls: TLSSocket = connectTls({ socket, servername, ALPNProtocols, ca: authority.certificate }, () =>
      resolve(tls),
    )
    tls.on('error', reject)
  })
}

/** The first sample that passes, as soon as it is told. */
async function reported(passes: (sample: BalancerSample) => boolean): Promise<BalancerSample | undefined> {
  while (!samples.some(passes)) await systemClock.sleep(seconds(0.05))
  return samples.find(passes)
}

describe('a listener inside the VPC', () => {
  it('takes the address of its client from the line that announces it', async () => {
    await start()
    const answer = await raw(8080, LINE + REQUEST)
    expect(answer).toContain('"x-forwarded-for":"10.0.2.9"')
    expect(answer).toContain('"x-forwarded-port":"8080"')
    expect(answer).toContain('"x-forwarded-proto":"http"')
  })

  it.each([
    ['without the line', REQUEST],
    ['with a line that is malformed', 'PROXY TCP4 10.0.2.999 10.0.0.4 1 2\r\n'],
    ['with a line that never ends', `PROXY TCP4 ${'1'.repeat(200)}`],
  ])('closes a connection %s', async (_, text) => {
    await start()
    expect(await raw(8080, text)).toBe('')
  })

  it('speaks TLS with the certificate for the name, and refuses plain bytes', async () => {
    await start()
    const exact = await secure({ inside: true, servername: 'exact.library.localhost' })
    expect(exact.getPeerCertificate().subjectaltname).toBe('DNS:exact.library.localhost')
    expect(exact.getProtocol()).toBe('TLSv1.2')
    exact.destroy()
    const wildcard = await secure({ inside: true, servername: 'other.library.localhost' })
    expect(wildcard.getPeerCertificate().subjectaltname).toContain('DNS:*.library.localhost')
    wildcard.destroy()
    expect(await raw(443, LINE + REQUEST)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nServer: awselb\/2\.0/)
  })
})

describe('the public entrance', () => {
  it('speaks HTTP/2 with clients that offer it, and HTTP/1.1 with the target', async () => {
    await start()
    const session = connectHttp2(`https://${NAME}:${ports.port}`, {
      createConnection: () =>
        connectTls({
          host: '127.0.0.1',
          port: ports.port,
          servername: NAME,
          ALPNProtocols: ['h2'],
          ca: authority.certificate,
        }),
    })
    const ask = (path: string) =>
      new Promise<{ status: number; body: string }>((resolve, reject) => {
        const stream = session.request({ ':path': path, cookie: 'a=1' })
        let status = 0
        let body = ''
        stream.on('response', headers => {
          status = Number(headers[':status'])
        })
        stream.on('data', chunk => {
          body += chunk
        })
        stream.on('error', reject)
        stream.on('end', () => resolve({ status, body }))
      })
    const answers = await Promise.all(['/1', '/2', '/3'].map(ask))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({
      host: NAME,
      cookie: 'a=1',
      'x-forwarded-proto': 'https',
    })
    session.close()
  })

  it('shows the certificate of the name, plain and TLS on one port', async () => {
    await start()
    const tls = await secure()
    expect(tls.getProtocol()).toBe('TLSv1.2')
    tls.destroy()
    const status = await new Promise(resolve =>
      request({ host: '127.0.0.1', port: ports.port, headers: { Host: NAME }, agent: false }, response => {
        response.resume()
        resolve(response.statusCode)
      }).end(),
    )
    expect(status).toBe(200)
  })

  it('counts a client that can not agree on TLS for the balancer that it asked for', async () => {
    await start()
    const tooOld = { port: ports.port, host: '127.0.0.1', servername: NAME, ca: authority.certificate }
    const tls = connectTls({ ...tooOld, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
    await new Promise(resolve => tls.on('error', () => {}).once('close', resolve))
    await reported(({ counts }) => counts.ClientTLSNegotiationErrorCount === 1)
  })

  it('reports what it counted, and the connections to targets', async () => {
    await start()
    await raw(8080, LINE + REQUEST)
    const ofGroup = await reported(({ counts }) => counts.RequestCount === 1)
    expect(ofGroup).toMatchObject({
      loadBalancer: 'lb',
      node: ZONE,
      targetGroup: 'tg',
      counts: { HTTPCode_Target_2XX_Count: 1 },
    })
    expect(ofGroup?.responseTimes?.counts).toEqual([1])
    expect(flows).toContainEqual(expect.objectContaining({ address: '10.0.2.4', port: 8000, accepted: true }))
  })
})

describe('a data plane that fails', () => {
  it('says so, and starts again with what it was told, on the same ports', async () => {
    await start()
    const restarted = journal.next(entry => entry.kind === 'dataplane.restarted')
    const nonsense: ToDataPlane = JSON.parse('{"type":"nonsense"}')
    dataPlane.send(nonsense)
    await restarted
    const failure = await journal.find(entry => entry.kind === 'dataplane.failed')
    expect(failure.message).toMatch(/^the data plane failed and starts again at once: /)
    const reopened = await dataPlaneAnswers()
    expect(reopened).toContain('"x-forwarded-for":"10.0.2.9"')
  })
})

/** The answer of the first connection that is taken: the thread may still be opening its sockets. */
async function dataPlaneAnswers(): Promise<string> {
  for (;;) {
    const answer = await raw(8080, LINE + REQUEST)
    if (answer.includes('200 OK')) return answer
  }
}
