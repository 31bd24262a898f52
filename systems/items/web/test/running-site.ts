import { readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  type BuiltSite,
  buildSite,
  folderListener,
  listenLocally,
  NGINX_POLICY,
  openSite,
  photographer,
  type RunningSite,
} from '@terrace/ui/testing'

/** `gzip_comp_level` of the NGINX that serves the site. */
const NGINX_GZIP_LEVEL = 5
const COMPRESSED: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' }

/** Builds the site as for NGINX and starts the browser. */
export const buildItems = (): Promise<BuiltSite> => buildSite(join(import.meta.dirname, '..'))

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
  const files = folderListener(folder, { policy: NGINX_POLICY, fallback: '/index.html', extra })
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
    response.setHeader('content-security-policy', NGINX_POLICY)
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' })
    response.end(gzipSync(content, { level: NGINX_GZIP_LEVEL }))
  })
  return openSite(browser, server)
}

/** Takes a picture of the page when `UI_PICTURES` names a folder. */
export const photograph = photographer('items')
