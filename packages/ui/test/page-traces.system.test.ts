import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  chromiumPath,
  folderListener,
  type LocalServer,
  launchChromium,
  listenLocally,
  needsChromium,
} from '../testing/index.ts'

const PAGE = `import { createClient } from '${join(import.meta.dirname, '../src/http/client.ts')}'
import { tracePage } from '${join(import.meta.dirname, '../src/telemetry/page-traces.ts')}'
const client = createClient({ baseUrl: async () => '', traces: tracePage({ service: 'test-page' }) })
await client.get('/api/things', value => value)
await client.get('/api/gone', value => value).catch(() => {})
document.title = 'done'
`

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string
        readonly traceId: string
        readonly spanId: string
        readonly parentSpanId?: string
        readonly status: { readonly code?: number }
      }[]
    }[]
  }[]
}

describe.skipIf(!chromiumPath)(needsChromium('the traces of a page'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-traces-'))
  const calls: { readonly url: string; readonly traceparent: string | undefined }[] = []
  const sent: Sent[] = []
  let site: LocalServer
  let browser: Browser
  let arrived = Promise.withResolvers<void>()

  beforeAll(async () => {
    writeFileSync(join(folder, 'page.ts'), PAGE)
    await build({
      entryPoints: [join(folder, 'page.ts')],
      outdir: join(folder, 'site'),
      nodePaths: [join(import.meta.dirname, '../../../node_modules')],
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      logLevel: 'silent',
    })
    for (const share of ['0', '1'])
      writeFileSync(
        join(folder, `site/${share}.html`),
        `<!doctype html><meta name="trace-sampling" content="${share}"><script type="module" src="/page.js"></script>`,
      )
    const files = folderListener(join(folder, 'site'), { policy: "default-src 'self'" })
    site = await listenLocally(async (request, response) => {
      const { url = '', headers } = request
      if (url === '/telemetry/v1/traces') {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk)
        sent.push(JSON.parse(Buffer.concat(chunks).toString()) as Sent)
        response.end('{}')
        arrived.resolve()
      } else if (url.startsWith('/api/')) {
        calls.push({ url, traceparent: headers.traceparent as string | undefined })
        response.writeHead(url === '/api/gone' ? 404 : 200).end('{}')
      } else files(request, response)
    })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('I-15: has the page and its calls, which carry its trace to the server', async () => {
    const page = await browser.newPage()
    arrived = Promise.withResolvers()
    await page.goto(`${site.url}/1.html`)
    await page.waitForFunction(() => document.title === 'done')
    await arrived.promise
    const spans = sent.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(one => one.spans)),
    )
    const [load] = spans.filter(({ name }) => name === 'page load')
    const gets = spans.filter(({ name }) => name === 'GET')
    expect(gets).toMatchObject([
      { traceId: load?.traceId, parentSpanId: load?.spanId, status: {} },
      { traceId: load?.traceId, parentSpanId: load?.spanId, status: { code: 2 } },
    ])
    expect(calls.map(({ traceparent }) => traceparent)).toEqual(
      gets.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
    )
    await page.close()
  })

  it('are nowhere when the page says so: no header, no script', async () => {
    calls.length = 0
    const page = await browser.newPage()
    const scripts: string[] = []
    page.on('request', request => scripts.push(request.url()))
    await page.goto(`${site.url}/0.html`)
    await page.waitForFunction(() => document.title === 'done')
    expect(calls.map(({ traceparent }) => traceparent)).toEqual([undefined, undefined])
    expect(scripts.filter(url => url.endsWith('.js'))).toEqual([`${site.url}/page.js`])
    await page.close()
  })

  it('cost little before the page is there, and at most 40 KB compressed afterwards', () => {
    const scripts = readdirSync(join(folder, 'site')).filter(name => name.endsWith('.js'))
    const size = (name: string) => gzipSync(readFileSync(join(folder, 'site', name)), { level: 9 }).length
    const lazy = scripts.filter(name => name.startsWith('span-sender')).map(size)
    expect(lazy).toHaveLength(1)
    expect(lazy[0]).toBeLessThan(40_000)
    expect(size('page.js')).toBeLessThan(4_000)
  })
})
