import type { RequestListener } from 'node:http'
import { type LocalServer } from '@terrace/ui/testing'
import type { Browser, BrowserContext, Page } from 'playwright-core'
/** The site as it is deployed, and a browser. */
export interface BuiltSite {
  readonly folder: string
  readonly browser: Browser
  readonly close: () => Promise<void>
}
/** Builds the site as for NGINX and starts the browser. */
export declare function buildSite(): Promise<BuiltSite>
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
  readonly open: (
    path: string,
    options?: OpenOptions,
  ) => Promise<{
    page: Page
    complaints: readonly string[]
  }>
}
export interface SiteOptions {
  /** 0…1, as `/config.json` says it. */
  readonly traceSampling?: number
  /** Takes what is sent to the collector. */
  readonly onSpans?: (body: string) => void
}
/** Serves the site as NGINX does, compressed as it does, with the API below `/api` of the same host. */
export declare function startSite(
  { folder, browser }: BuiltSite,
  api: RequestListener,
  { traceSampling, onSpans }?: SiteOptions,
): Promise<RunningSite>
/** Takes a picture of the page when `UI_PICTURES` names a folder. */
export declare function photograph(page: Page, name: string, fullPage?: boolean): Promise<void>
