import { rm } from 'node:fs/promises'
import { type RequestListener, request as sendRequest } from 'node:http'
import { join } from 'node:path'
import {
  buildIntoTemporaryFolder,
  complaintsOf,
  folderListener,
  type LocalServer,
  launchChromium,
  listenLocally,
} from '@terrace/ui/testing'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { text } from '../src/text/text.ts'

/** Where the photographs go; kept when it is named. */
const PICTURES = process.env.UI_PICTURES

/** As NGINX sends it. */
const POLICY =
  "default-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The site as it is deployed, and a browser. */
export interface BuiltSite extends AsyncDisposable {
  readonly folder: string
  readonly browser: Browser
}

/** Builds the site as for NGINX and starts the browser. */
export async function buildSite(): Promise<BuiltSite> {
  const folder = await buildIntoTemporaryFolder(join(import.meta.dirname, '..'))
  const browser = await launchChromium()
  return {
    folder,
    browser,
    [Symbol.asyncDispose]: async () => {
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
}

/** A running site. */
export interface RunningSite extends AsyncDisposable {
  readonly server: LocalServer
  readonly open: (path: string, options?: OpenOptions) => Promise<{ page: Page; complaints: readonly string[] }>
}

/** Serves the site as NGINX does, with the API below `/api` and pictures below `/media` of the same host. */
export async function startSite({ folder, browser }: BuiltSite, api: RequestListener): Promise<RunningSite> {
  const files = folderListener(folder, { policy: POLICY, fallback: '/main.html' })
  const server = await listenLocally((request, response) => {
    if (/^\/(?:api|media)\//.test(request.url ?? '')) api(request, response)
    else files(request, response)
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
    open: async (path, { width = 1280, expected, context } = {}) => {
      const page = await (context ?? (await newContext(width))).newPage()
      page.setDefaultTimeout(20_000)
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

/** Passes requests on to an API that runs somewhere else. */
export const passedOnTo =
  (apiUrl: string): RequestListener =>
  (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const onward = sendRequest(`${apiUrl}${url}`, { method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  }

/** Logs in by the form that is in sight. */
export async function logIn(
  page: Page,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<void> {
  await page.getByLabel(text.username).fill(username)
  await page.getByLabel(text.password, { exact: true }).fill(password)
  await page.getByRole('button', { name: text.logIn, exact: true }).click()
}

/** Takes a picture of the page; kept only when `UI_PICTURES` names a folder. */
export const photograph = async (page: Page, name: string, fullPage = true): Promise<void> => {
  if (PICTURES) await page.screenshot({ fullPage, path: join(PICTURES, `quiz-${name}.png`) })
}
