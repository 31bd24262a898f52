import { rm } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { buildIntoTemporaryFolder } from './build-site.ts'
import { launchChromium } from './chromium.ts'

/** A site as it is deployed, and a browser. */
export interface BuiltSite extends AsyncDisposable {
  readonly folder: string
  readonly browser: Browser
  readonly close: () => Promise<void>
}

/** Builds the site and starts the browser. @param root  the folder with `vite.config.ts` */
export async function buildSite(root: string): Promise<BuiltSite> {
  const folder = await buildIntoTemporaryFolder(root)
  const browser = await launchChromium()
  const close = async () => {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { folder, browser, close, [Symbol.asyncDispose]: close }
}
