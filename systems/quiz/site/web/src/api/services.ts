import { QueryClient } from '@tanstack/react-query'
import { type Connection, createClient, createToasts, isWorthRetrying, type Toasts, watchConnection } from '@terrace/ui'
import { createContext, use } from 'react'
import { type PlayApi, playApi } from './play-api.ts'
import { ask, mine } from './queries.ts'
import { type SiteApi, siteApi } from './site-api.ts'

/** What the whole page shares. Made once in `main.tsx`. */
export interface Services {
  readonly api: SiteApi
  readonly play: PlayApi
  readonly queries: QueryClient
  readonly connection: Connection
  readonly toasts: Toasts
}

/** Reads are tried again this often after a failure, after a short and a longer pause. */
const READ_RETRIES = 2

/** Connects everything. */
export function createServices(): Services {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        // Our own bar says when the network is gone; a query that waits for it in silence would look like a slow one.
        networkMode: 'always',
        staleTime: 5_000,
        retry: (failures, error) => failures < READ_RETRIES && isWorthRetrying(error),
        retryDelay: failures => 300 * 3 ** failures,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
  const report = (isReachable: boolean) => connection.report(isReachable)
  const client = createClient({ baseUrl: async () => '', onReachable: report })
  const play = playApi(client)
  const api = siteApi(
    client,
    session => {
      const { queryKey } = ask.session(api)
      const before = queries.getQueryData(queryKey)?.account?.id
      queries.setQueryData(queryKey, session)
      if (before !== undefined && before !== session.account?.id) queries.removeQueries({ queryKey: mine(before) })
    },
    report,
  )
  const connection = watchConnection({
    probe: play.probe,
    onBack: () => void queries.invalidateQueries(),
  })
  return { api, play, queries, connection, toasts: createToasts() }
}

const Context = createContext<Services | undefined>(undefined)

export const ServicesProvider = Context

/** What the whole page shares. */
export function useServices(): Services {
  const services = use(Context)
  if (!services) throw new Error('no services above this component: wrap it in ServicesProvider')
  return services
}
