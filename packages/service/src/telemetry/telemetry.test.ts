import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { seeded, systemClock } from '@terrace/kit'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { RunningService } from '../life.ts'
import { type Service, startService } from '../start.ts'
import { allDatabaseKinds } from '../testing/databases.ts'
import { LogLines, type OtlpReceiver, startOtlpReceiver, type TestDatabases } from '../testing/index.ts'
import { inSpan, traceHeaders } from './active.ts'
import { tracedAws } from './aws-spans.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const SAMPLED = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'vendor=1' }

describe.each(allDatabaseKinds)('the traces of a service on $title', ({ missing, kind, start: startDatabases }) => {
  let databases: TestDatabases
  let collector: OtlpReceiver
  const seen: IncomingHttpHeaders[] = []
  const other = createServer((request, response) => {
    seen.push(request.headers)
    response.writeHead(request.url === '/gone' ? 404 : 200, { 'content-type': 'application/xml' })
    response.end('<ListAllMyBucketsResult></ListAllMyBucketsResult>')
  })
  let otherUrl: string
  beforeAll(async () => {
    if (missing) return
    databases = await startDatabases()
    collector = await startOtlpReceiver()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    collector?.close()
    other.closeAllConnections()
    other.close()
    await databases?.remove()
  })

  const example: Service<Record<string, never>, Record<string, never>> = {
    info: { title: 'Trace example', version: '1.0.0', description: 'For tests' },
    variables: {},
    migrations: [],
    addRoutes(app, { database, log }) {
      const s3 = tracedAws(
        new S3Client({
          region: 'us-east-1',
          endpoint: otherUrl,
          forcePathStyle: true,
          credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        }),
      )
      app.get('/things/:id', { schema: { tags: ['things'] } }, async () => {
        log.info('at work')
        await sql`select ${'a secret value'} as one`.execute(database.db)
        await fetch(`${otherUrl}/other?key=secret`).then(answer => answer.text())
        await s3.send(new ListBucketsCommand({}))
        return inSpan('the rest', {}, async () => traceHeaders())
      })
      app.post('/echo', { schema: { tags: ['things'], body: z.object({ text: z.string() }) } }, async () => {
        log.info('after the body')
        return traceHeaders()
      })
      app.get('/broken', () => {
        throw new TypeError('the reason')
      })
    },
  }

  async function start(more: Readonly<Record<string, string>>, log = new LogLines()): Promise<RunningService> {
    const environment = { PORT: '0', DATABASE_URL: await databases.create(), ...more }
    const service = await startService(example, {
      environment,
      clock: systemClock,
      random: seeded(1),
      write: log.write,
    })
    await service.ready
    return service
  }
  const traced = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0' })

  it.skipIf(missing)(
    'I-15: go on from the caller through route, statement, fetch and AWS, and are in the log',
    async () => {
      const log = new LogLines()
      const service = await start(traced(), log)
      seen.length = 0
      const answer = await fetch(`${service.url}/things/7?q=1`, { headers: SAMPLED })
      const rest = (await answer.json()) as { traceparent: string; tracestate: string }
      await service.stop()

      const server = await collector.next('GET /things/:id')
      expect(server).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, kind: 2, status: 0, service: 'trace-example' })
      expect(server.attributes).toMatchObject({
        'http.request.method': 'GET',
        'http.route': '/things/:id',
        'http.response.status_code': 200,
        'url.path': '/things/7',
      })
      const children = collector.spans.filter(({ parentSpanId }) => parentSpanId === server.spanId)
      expect(children.map(({ name }) => name).sort()).toEqual(['GET', 'S3.ListBuckets', 'select', 'the rest'])
      const [statement] = children.filter(({ name }) => name === 'select')
      expect(statement?.attributes['db.system.name']).toBe(kind === 'postgres' ? 'postgresql' : kind)
      expect(statement?.attributes['db.query.text']).toMatch(/^select (\?|\$1) as one$/)
      expect(JSON.stringify(collector.spans)).not.toContain('secret')
      const [call] = children.filter(({ name }) => name === 'GET')
      expect(call?.attributes).toMatchObject({ 'url.full': `${otherUrl}/other`, 'http.response.status_code': 200 })
      expect(seen[0]).toMatchObject({ traceparent: `00-${TRACE}-${call?.spanId}-01`, tracestate: 'vendor=1' })
      const inner = await collector.next('the rest')
      expect(rest).toEqual({ traceparent: `00-${TRACE}-${inner.spanId}-01`, tracestate: 'vendor=1' })
      for (const message of ['at work', 'request'])
        expect(await log.next(message)).toMatchObject({ traceId: TRACE, spanId: server.spanId })
    },
  )

  it.skipIf(missing)('are kept over the reading of a body, and tell of failures', async () => {
    const log = new LogLines()
    const service = await start(traced(), log)
    const text = JSON.stringify({ text: 'x'.repeat(40_000) })
    const headers = { ...SAMPLED, 'content-type': 'application/json' }
    await fetch(`${service.url}/echo`, { method: 'POST', headers, body: text })
    await fetch(`${service.url}/broken`, { headers: SAMPLED })
    await service.stop()
    const echo = await collector.next('POST /echo')
    expect(await log.next('after the body')).toMatchObject({ traceId: TRACE, spanId: echo.spanId })
    const broken = await collector.next('GET /broken')
    expect(broken).toMatchObject({ status: 2, events: ['exception'] })
    expect(broken.attributes).toMatchObject({ 'error.type': 'TypeError', 'http.response.status_code': 500 })
  })

  it.skipIf(missing)('begin here for a share of the requests, under the trace id of a balancer', async () => {
    const service = await start({ ...traced(), OTEL_TRACES_SAMPLER_ARG: '1', OTEL_SERVICE_NAME: 'begun' })
    const amazon = { 'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678' }
    await fetch(`${service.url}/nowhere`, { headers: amazon })
    await fetch(`${service.url}/livez`, { headers: amazon })
    await service.stop()
    const begun = collector.spans.filter(span => span.service === 'begun')
    expect(begun).toMatchObject([{ name: 'GET', traceId: '67891233abcdef012345678912345678', parentSpanId: '' }])
  })

  it.skipIf(missing)(
    'are not made without a collector, or when the caller records none; the context goes on',
    async () => {
      const log = new LogLines()
      const service = await start({}, log)
      seen.length = 0
      const before = collector.spans.length
      const answer = await fetch(`${service.url}/things/7`, { headers: SAMPLED })
      expect(await answer.json()).toEqual(SAMPLED)
      expect(seen[0]).toMatchObject(SAMPLED)
      expect(await log.next('at work')).toMatchObject({ traceId: TRACE, spanId: SPAN })
      await service.stop()

      const silent = await start(traced())
      const unsampled = { traceparent: `00-${TRACE}-${SPAN}-00` }
      const headers = (await (await fetch(`${silent.url}/things/7`, { headers: unsampled })).json()) as typeof unsampled
      expect(headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))
      await silent.stop()
      expect(collector.spans.length).toBe(before)
    },
  )

  it.skipIf(missing)('cost no request and no stop when the collector is away or hangs', async () => {
    const hanging = createTcpServer(socket => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(hanging, 'listening')
    const { port } = hanging.address() as AddressInfo
    for (const endpoint of [`http://127.0.0.1:${port}`, 'http://127.0.0.1:9']) {
      const log = new LogLines()
      const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '1' }, log)
      for (let request = 0; request < 5; request++)
        expect((await fetch(`${service.url}/echo`, { method: 'POST' })).status).toBe(422)
      const began = performance.now()
      await service.stop()
      expect(performance.now() - began).toBeLessThan(10_000)
      expect(log.lines.at(-1)?.message).toBe('stopped')
    }
    hanging.close()
  })

  it.skipIf(missing)('stand beside metrics of each group of routes', async () => {
    const log = new LogLines()
    const service = await start({ METRICS_NAMESPACE: 'Example', ENVIRONMENT: 'dev' }, log)
    await fetch(`${service.url}/echo`, { method: 'POST' })
    await fetch(`${service.url}/broken`)
    await fetch(`${service.url}/livez`)
    await service.stop()
    const lines = log.lines.filter(line => line._aws !== undefined)
    expect(lines).toMatchObject([
      {
        service: 'trace-example',
        environment: 'dev',
        Requests: 2,
        Errors: 1,
        Duration: [expect.any(Number), expect.any(Number)],
      },
      { group: 'things', Requests: 1, Errors: 0 },
      { group: 'other', Requests: 1, Errors: 1 },
    ])
  })
})
