import type { RequestListener } from 'node:http'
import { join } from 'node:path'
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
import type { Page } from 'playwright-core'
import { text } from '../src/text/text.ts'

/** Builds the site as for NGINX and starts the browser. */
export const buildQuiz = (): Promise<BuiltSite> => buildSite(join(import.meta.dirname, '..'))

/** Serves the site as NGINX does, with the API below `/api` and pictures below `/media` of the same host. */
export async function startSite({ folder, browser }: BuiltSite, api: RequestListener): Promise<RunningSite> {
  const files = folderListener(folder, { policy: NGINX_POLICY, fallback: '/main.html' })
  const server = await listenLocally((request, response) => {
    if (/^\/(?:api|media)\//.test(request.url ?? '')) api(request, response)
    else files(request, response)
  })
  return openSite(browser, server)
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

/** Takes a picture of the page when `UI_PICTURES` names a folder. */
export const photograph = photographer('quiz')
