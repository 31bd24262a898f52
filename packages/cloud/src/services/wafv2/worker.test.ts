import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request as requestTls } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { GetSampledRequestsCommand, GetWebACLCommand, UpdateWebACLCommand, WAFV2Client } from '@aws-sdk/client-wafv2'
import { systemClock } from '@terrace/kit'
import type { FirewallRule, FirewallScope, WebAcl } from '@terrace/model'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openAuthority } from '../../certificates/authority.ts'
import { listener, loadBalancer } from '../../dataplane/balancer/testing.ts'
import { distribution, origin } from '../../dataplane/cdn/testing.ts'
import { startDataPlane } from '../../dataplane/data-plane.ts'
import { managed, onField, onPath, rule, visibility } from '../../dataplane/firewall/testing.ts'
import type { ToDataPlane } from '../../dataplane/messages.ts'
import { clientOptions, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import type { DataPlane } from '../../ports.ts'
import { testNode } from '../../testing/architecture.ts'
import { wafv2 } from './index.ts'

// The thread of the data plane itself, with web ACLs of a template before a balancer and a distribution.

const APP = 'app.library.localhost'
const SITE = 'library.localhost'
const ZONE = 'us-east-1a'

let folder: string
let cloud: TestCloud
let dataPlane: DataPlane
let bucket: Server
let ca: string
let port: number

const inOrder = (rules: readonly FirewallRule[]) => rules.map((each, Priority) => ({ ...each, Priority }))
const BODY = onField({ Body: { OversizeHandling: 'CONTINUE' } })
const RULES = inOrder([
  rule('admin', onPath('^/admin')),
  rule('body', { RegexMatchStatement: { ...BODY, RegexString: 'forbidden' } }),
  managed('AWSManagedRulesKnownBadInputsRuleSet'),
])

const webAcl = (name: string, scope: FirewallScope): WebAcl =>
  testNode('webAcl', name, {
    name,
    arn: `arn:aws:wafv2:us-east-1:123456789012:${scope === 'REGIONAL' ? 'regional' : 'global'}/webacl/${name}/00000000-0000-4000-8000-000000000000`,
    awsId: '00000000-0000-4000-8000-000000000000',
    scope,
    description: '',
    defaultAction: { Allow: {} },
    rules: RULES,
    visibility: visibility(name),
    customResponseBodies: {},
  })
const APP_ACL = webAcl('app', 'REGIONAL')
const SITE_ACL = webAcl('site', 'CLOUDFRONT')
const BALANCER = loadBalancer()
const DISTRIBUTION = distribution({
  webAcl: SITE_ACL.arn,
  origins: [origin({ target: { kind: 's3', accessControl: 'oac' } })],
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waf-plane-'))
  bucket = createServer((_, response) => response.end('the site'))
  await new Promise<void>(resolve => bucket.listen(join(folder, 'bucket'), resolve))
  const association = testNode('webAclAssociation', 'association', {
    resourceArn: BALANCER.arn,
    webAclArn: APP_ACL.arn,
  })
  cloud = await startTestCloud({
    nodes: [BALANCER, DISTRIBUTION, APP_ACL, SITE_ACL, association],
    services: [
      {
        name: 'data plane',
        emulates: [],
        async start({ ports, logs, journal }) {
          dataPlane = startDataPlane({ logs, journal, realtime: systemClock })
          ports.provide('dataPlane', dataPlane)
          return { stop: () => dataPlane.stop() }
        },
      },
      wafv2,
    ],
  })
  const authority = await openAuthority({ folder, name: 'test', clock: systemClock })
  ca = authority.certificate
  const certificates = [{ arn: 'arn:all', names: [APP, SITE], ...(await authority.issue([APP, SITE])) }]
  dataPlane.send({ type: 'certificates', certificates })
  const to = (name: string, kind: 'loadBalancer' | 'distribution', node: string) => ({ name, target: { kind, node } })
  dataPlane.send({
    type: 'names',
    names: [to(APP, 'loadBalancer', BALANCER.id), to(SITE, 'distribution', DISTRIBUTION.id)],
  })
  const hello = { kind: 'fixedResponse', status: 200, contentType: 'text/plain', body: 'the app' } as const
  dataPlane.send({
    type: 'loadBalancer',
    config: {
      loadBalancer: BALANCER,
      listeners: [listener(hello, { certificates: ['arn:all'] })],
      nodes: [{ zone: ZONE, address: '10.0.0.4', folder }],
      certificates,
      cookieKey: 'ab'.repeat(32),
    },
  })
  dataPlane.send({
    type: 'distribution',
    distribution: DISTRIBUTION,
    originSockets: { [DISTRIBUTION.origins[0]?.id ?? '']: join(folder, 'bucket') },
  })
  ;({ port } = await dataPlane.listen(0, 0))
})

afterAll(async () => {
  await cloud.stop()
  bucket.closeAllConnections()
  bucket.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

function ask(host: string, path: string, posted?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = posted === undefined ? 'GET' : 'POST'
    const headers = { Host: host }
    const asked = requestTls({ host: '127.0.0.1', port, path, method, ca, servername: host, headers, agent: false })
    asked.on('response', response => {
      let body = ''
      response.on('data', chunk => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asked.on('error', reject)
    asked.end(posted)
  })
}

/** The status of a request by HTTP/2. */
function byHttp2(path: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`https://${APP}:${port}`, {
      createConnection: () => connectTls({ host: '127.0.0.1', port, servername: APP, ALPNProtocols: ['h2'], ca }),
    })
    session.on('error', reject)
    const stream = session.request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' })
    stream.on('response', headers => resolve(Number(headers[':status'])))
    stream.on('error', reject)
    stream.on('close', () => session.close())
    stream.resume()
    stream.end(body)
  })
}

it.each([
  ['a balancer', APP, 'the app'],
  ['a distribution', SITE, 'the site'],
])('I-14: requests to %s are looked at, and what passes reaches it', async (_, host, text) => {
  expect(await ask(host, '/')).toMatchObject({ status: 200, body: text })
  expect(await ask(host, '/admin')).toMatchObject({ status: 403 })
  expect(await ask(host, '/.git/config')).toMatchObject({ status: 403 })
})

const LONG = `${'a'.repeat(100_000)} forbidden`

it.each([
  ['a balancer', APP],
  ['a distribution', SITE],
])('of a body to %s the first part is looked at', async (_, host) => {
  expect((await ask(host, '/', 'an ordinary body')).status).toBe(200)
  expect((await ask(host, '/', 'a forbidden body')).status).toBe(403)
  expect((await ask(host, '/', LONG)).status).toBe(200)
})

it('also by HTTP/2', async () => {
  expect(await byHttp2('/')).toBe(200)
  expect(await byHttp2('/admin')).toBe(403)
  expect(await byHttp2('/', 'an ordinary body')).toBe(200)
  expect(await byHttp2('/', 'a forbidden body')).toBe(403)
  expect(await byHttp2('/', LONG)).toBe(200)
})

it('what is blocked is in the sample', async () => {
  const client = new WAFV2Client(clientOptions(cloud.gateway.url))
  await ask(SITE, '/admin/x')
  const sample = () =>
    client.send(
      new GetSampledRequestsCommand({
        WebAclArn: SITE_ACL.arn,
        RuleMetricName: 'admin',
        Scope: 'CLOUDFRONT',
        MaxItems: 500,
        TimeWindow: { StartTime: new Date(Date.now() - 60_000), EndTime: new Date(Date.now() + 60_000) },
      }),
    )
  let found = await sample()
  while (!found.SampledRequests?.some(({ Request }) => Request?.URI === '/admin/x')) {
    await systemClock.sleep(50)
    found = await sample()
  }
  expect(found.PopulationSize).toBe(found.SampledRequests.length)
  client.destroy()
})

it('what was done comes back as metrics', async () => {
  const { metrics } = cloud.world
  const blocked = () =>
    metrics.list().some(({ name, dimensions }) => name === 'BlockedRequests' && dimensions.WebACL === 'app')
  await ask(APP, '/admin')
  while (!blocked()) await systemClock.sleep(50)
  expect(metrics.list().map(({ dimensions }) => dimensions)).toContainEqual({
    Region: 'us-east-1',
    WebACL: 'app',
    Rule: 'admin',
  })
})

it('a web ACL that the API changes decides otherwise at once', async () => {
  const client = new WAFV2Client(clientOptions(cloud.gateway.url))
  const identity = { Name: APP_ACL.name, Id: APP_ACL.awsId, Scope: 'REGIONAL' } as const
  const { LockToken, WebACL } = await client.send(new GetWebACLCommand(identity))
  const change = (token: string | undefined, ResponseCode?: number) =>
    client.send(
      new UpdateWebACLCommand({
        ...identity,
        LockToken: token,
        DefaultAction: ResponseCode === undefined ? { Allow: {} } : { Block: { CustomResponse: { ResponseCode } } },
        VisibilityConfig: visibility('app'),
        ...(ResponseCode === undefined ? { Rules: WebACL?.Rules } : {}),
      }),
    )
  const { NextLockToken } = await change(LockToken, 429)
  expect((await ask(APP, '/')).status).toBe(429)
  await change(NextLockToken)
  expect((await ask(APP, '/')).status).toBe(200)
  client.destroy()
})

it('guards again after the thread has failed', async () => {
  const restarted = cloud.world.journal.next(entry => entry.kind === 'dataplane.restarted')
  const nonsense: ToDataPlane = JSON.parse('{"type":"nonsense"}')
  dataPlane.send(nonsense)
  await restarted
  let answer: Answer | undefined
  while (!answer) answer = await ask(APP, '/admin').catch(() => undefined)
  expect(answer.status).toBe(403)
})
