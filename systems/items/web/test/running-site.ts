import { readFile, rm } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  buildIntoTemporaryFolder,
  complaintsOf,
  folderListener,
  type LocalServer,
  launchChromium,
  listenLocally,
} from '@terrace/ui/testing'
import type { Browser, BrowserContext, Page } from 'playwright-core'

/** Where the photographs go; none are taken without it. */
const PICTURES = process.env.UI_PICTURES

/** As NGINX sends it. */
const POLICY =
  "default-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** `gzip_comp_level` of the NGINX that serves the site. */
const NGINX_GZIP_LEVEL = 5
const COMPRESSED: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' }

/** The site as it is deployed, and a browser. */
export interface BuiltSite {
  readonly folder: string
  readonly browser: Browser
  readonly close: () => Promise<void>
}

/** Builds the site as for NGINX and starts the browser. */
export async function buildSite(): Promise<BuiltSite> {
  const folder = await buildIntoTemporaryFolder(join(import.meta.dirname, '..'))
  const browser = await launchChromium()
  return {
    folder,
    browser,
    close: async () => {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface OpenOptions {
  readonly width?: number
  /** Complaints of the browser that the test causes on purpose. */
  readonly expected?: RegExp
  /** Another tab of the browser that this is one of. */
  readonly context?: BrowserContext
  /** Runs in the page before anything else. */
  readonly before?: () => void
}

/** A running site. */
export interface RunningSite extends AsyncDisposable {
  readonly server: LocalServer
  readonly open: (path: string, options?: OpenOptions) => Promise<{ page: Page; complaints: readonly string[] }>
}

export interface SiteOptions {
  /** 0…1, as `/config.json` says it. */
  readonly traceSampling?: number
  /** Takes what is sent to the collector. */
  readonly onSpans?: (body: string) => void
}

/** Serves the site as NGINX does, compressed as it does, with the API below `/api` of the same host. */
export async function startSite(
  { folder, browser }: BuiltSite,
  api: RequestListener,
  { traceSampling = 0, onSpans = () => {} }: SiteOptions = {},
): Promise<RunningSite> {
  const extra = { '/config.json': JSON.stringify({ environment: 'dev', traceSampling }) }
  const files = folderListener(folder, { policy: POLICY, fallback: '/index.html', extra })
  const server = await listenLocally(async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/'
    const type = COMPRESSED[extname(path)]
    if (path.startsWith('/api/')) return api(request, response)
    if (path === '/telemetry/v1/traces') {
      onSpans((await request.toArray()).join(''))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }
    const content = type && (await readFile(join(folder, path)).catch(() => undefined))
    if (!content) return files(request, response)
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', 'content-security-policy': POLICY })
    response.end(gzipSync(content, { level: NGINX_GZIP_LEVEL }))
  })
  const contexts: BrowserContext[] = []
  const newContext = async (width: number) => {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
    })
    contexts.push(context)
    return context
  }
  return {
    server,
    open: async (path, { width = 1280, expected, context, before } = {}) => {
      const page = await (context ?? (await newContext(width))).newPage()
      page.setDefaultTimeout(20_000)
      if (before) await page.addInitScript(before)
      const complaints = complaintsOf(page, expected)
      await page.goto(`${server.url}${path}`)
      return { page, complaints }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(contexts.map(context => context.close()))
      await server.close()
    },
  }
}

/** Takes a picture of the page when `UI_PICTURES` names a folder. */
export async function photograph(page: Page, name: string, fullPage = true): Promise<void> {
  if (PICTURES) await page.screenshot({ fullPage, path: join(PICTURES, `items-${name}.png`) })
}
