import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openAccessLog } from './access-log.ts'
import { parseNginx } from './parse.ts'
import { printNginx } from './print.ts'
import { renderNginx } from './render.ts'
import { SpanSender } from './spans.ts'
import { withTraces } from './traces.ts'

const installed = spawnSync('nginx', ['-v']).status === 0
const skipped = installed ? '' : ' (skipped: nginx is not installed)'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

const CONFIGURATION = `
otel_exporter { endpoint 127.0.0.1:4317; }
otel_service_name items-web;
map $http_traceparent $traced { ~-0[13579bdf]$ on; ~-0[02468ace]$ off; default on; }
otel_trace $traced;
otel_trace_context propagate;
log_format json escape=json '{"traceId":"$otel_trace_id","spanId":"$otel_span_id"}';
server {
  listen 80;
  access_log /var/log/nginx/access.log json;
  location / { return 200 "page"; }
  location = /readyz { access_log off; return 200; }
  location /api/ {
    proxy_set_header X-Kept yes;
    proxy_pass http://127.0.0.1:9000;
  }
  location /silent/ { otel_trace off; proxy_pass http://127.0.0.1:9000; }
  location /telemetry/v1/traces { proxy_pass http://127.0.0.1:4318/v1/traces; }
}
`

describe('the traces of a configuration', () => {
  it('are nobody’s business where it has none', () => {
    const tree = parseNginx('server { location / { proxy_pass http://a; } }')
    expect(withTraces(tree)).toBe(tree)
  })

  it('keep the headers that a location inherits', () => {
    const text = printNginx(
      withTraces(
        parseNginx(
          'otel_trace on; otel_trace_context propagate; proxy_set_header Host a; server { location / { otel_trace off; } }',
        ),
      ),
    )
    expect(text.match(/proxy_set_header .*;/g)).toEqual([
      'proxy_set_header Host a;',
      'proxy_set_header traceparent 00-$terrace_trace_id-$terrace_span_id-01;',
      'proxy_set_header Host a;',
      'proxy_set_header traceparent 00-$terrace_trace_id-$terrace_span_id-00;',
    ])
  })
})

describe.skipIf(!installed)(`NGINX between a browser and an API${skipped}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'tn-'))
  const socketOf = (port: number) => join(root, String(port))
  const loopbackSocketOf = (port: number) => join(root, `lo-${port}`)
  const lines: string[] = []
  const seen: IncomingHttpHeaders[] = []
  const sent: { path: string | undefined; body: string }[] = []
  let arrived = Promise.withResolvers<void>()
  const servers: Server[] = []
  let nginx: ReturnType<typeof spawn> | undefined
  let log: Awaited<ReturnType<typeof openAccessLog>> | undefined
  let sender: SpanSender

  beforeAll(async () => {
    const api = createServer((incoming, answer) => {
      seen.push(incoming.headers)
      answer.writeHead(incoming.url === '/api/broken' ? 500 : 200).end('{}')
    })
    const collector = createServer(async (incoming, answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk)
      sent.push({ path: incoming.url, body: Buffer.concat(chunks).toString() })
      answer.end('{}')
      arrived.resolve()
    })
    for (const [server, port] of [[api, 9000] as const, [collector, 4318] as const]) {
      servers.push(server)
      server.listen(socketOf(port))
      await once(server, 'listening')
    }
    sender = new SpanSender(systemClock, socketOf(4318))
    const folder = join(root, 'nginx')
    mkdirSync(folder, { recursive: true })
    log = await openAccessLog(join(folder, 'access.log'), line => {
      if (!sender.take(line)) lines.push(line)
    })
    const { text } = await renderNginx(CONFIGURATION, {
      level: 'http',
      folder,
      root,
      accessLog: log.path,
      address: '10.0.0.4',
      authorityFile: '/ca.pem',
      socketOf,
      loopbackSocketOf,
      openRelay: async () => '/none',
    })
    writeFileSync(join(folder, 'nginx.conf'), text)
    const args = ['-p', `${folder}/`, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
    expect(spawnSync('nginx', [...args, '-t', '-q'], { encoding: 'utf8' }).stderr).toBe('')
    nginx = spawn('nginx', args, { stdio: 'ignore' })
    await vi.waitUntil(() => existsSync(socketOf(80)), { timeout: 20_000 })
  })
  afterAll(async () => {
    if (nginx) {
      nginx.kill('SIGTERM')
      await once(nginx, 'exit')
    }
    log?.close()
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
    rmSync(root, { recursive: true, force: true })
  })

  async function get(path: string, headers: Record<string, string> = {}, body?: string): Promise<number | undefined> {
    const asked = request({ socketPath: socketOf(80), path, headers, method: body === undefined ? 'GET' : 'POST' })
    asked.end(body)
    const [answer] = await once(asked, 'response')
    answer.resume()
    await once(answer, 'end')
    return answer.statusCode
  }
  interface Sent {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly { key: string; value: { stringValue: string } }[] }
      readonly scopeSpans: readonly { readonly spans: readonly Record<string, unknown>[] }[]
    }[]
  }
  async function spansAfter(work: () => Promise<unknown>): Promise<readonly Record<string, unknown>[]> {
    sent.length = 0
    arrived = Promise.withResolvers()
    await work()
    await arrived.promise
    return sent.flatMap(({ body }) =>
      (JSON.parse(body) as Sent).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    )
  }

  it('I-15: continues the trace with a span of its own, which the collector gets', async () => {
    seen.length = 0
    lines.length = 0
    const traceparent = `00-${TRACE}-${SPAN}-01`
    const spans = await spansAfter(() => get('/api/items?q=1', { traceparent, tracestate: 'vendor=1' }))
    const [span] = spans
    expect(spans).toHaveLength(1)
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, name: '/api/', kind: 2 })
    expect(JSON.parse(sent[0]?.body ?? '').resourceSpans[0].resource.attributes[0].value.stringValue).toBe('items-web')
    expect(seen[0]).toMatchObject({
      traceparent: `00-${TRACE}-${span?.spanId}-01`,
      tracestate: 'vendor=1',
      'x-kept': 'yes',
    })
    await expect.poll(() => lines).toEqual([`{"traceId":"${TRACE}","spanId":"${span?.spanId}"}`])
  })

  it('begins one when nobody did, and tells of failures', async () => {
    seen.length = 0
    const [span] = await spansAfter(() => get('/api/broken'))
    expect(span).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), status: { code: 2 } })
    expect(span).not.toHaveProperty('parentSpanId')
    expect(seen[0]?.traceparent).toBe(`00-${span?.traceId}-${span?.spanId}-01`)
  })

  it('makes no span where the caller records none, where it is off, and of what is not logged', async () => {
    seen.length = 0
    const spans = await spansAfter(async () => {
      await get('/api/items', { traceparent: `00-${TRACE}-${SPAN}-00` })
      await get('/silent/x', { traceparent: `00-${TRACE}-${SPAN}-01` })
      await get('/readyz')
      await get('/')
    })
    expect(spans.map(({ name }) => name)).toEqual(['/'])
    for (const headers of seen) expect(headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))
    expect(seen).toHaveLength(2)
  })

  it('hands the browser’s own spans to the collector', async () => {
    arrived = Promise.withResolvers()
    sent.length = 0
    expect(await get('/telemetry/v1/traces', { 'content-type': 'application/json' }, '{"resourceSpans":[]}')).toBe(200)
    expect(sent[0]).toEqual({ path: '/v1/traces', body: '{"resourceSpans":[]}' })
  })
})
