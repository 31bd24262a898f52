import { join } from 'node:path'
import {
  type BuiltSite,
  buildSite,
  type LocalServer,
  listenLocally,
  openSite,
  photographer,
  type RunningSite as Site,
  serveFolder,
} from '@terrace/ui/testing'
import { type StandIn, type StandInState, standInApi } from './stand-in-api.ts'

/** Builds the site as for the bucket and starts the browser. */
export const buildLibrary = (): Promise<BuiltSite> => buildSite(join(import.meta.dirname, '..'))

/** A running site with its own stand-in API. */
export interface RunningSite extends AsyncDisposable {
  readonly api: StandIn
  readonly apiServer: LocalServer
  readonly url: string
  /** Opens a view by its address, which is what comes after `#/`. */
  readonly open: Site['open']
}

/** Starts a stand-in API with this state and serves the site with a strict content security policy. */
export async function startSite({ folder, browser }: BuiltSite, state: StandInState): Promise<RunningSite> {
  const api = standInApi(state)
  const apiServer = await listenLocally(api.listener)
  const server = await serveFolder(folder, {
    extra: { '/config.json': JSON.stringify({ apiUrl: apiServer.url }) },
    policy: `default-src 'self'; connect-src 'self' ${apiServer.url}`,
  })
  const site = openSite(browser, server)
  return {
    api,
    apiServer,
    url: server.url,
    open: (path, options) => site.open(`/#/${path}`, options),
    [Symbol.asyncDispose]: async () => {
      await site[Symbol.asyncDispose]()
      await apiServer.close()
    },
  }
}

/** Takes a picture of the page when `UI_PICTURES` names a folder. */
export const photograph = photographer('library')
