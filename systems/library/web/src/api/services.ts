import { QueryClient } from '@tanstack/react-query'
import { type Connection, createClient, createToasts, isWorthRetrying, type Toasts, watchConnection } from '@terrace/ui'
import { createContext, use } from 'react'
import { createRemovals, type Removals } from '../lending/removals.ts'
import { findApi } from './address.ts'
import { type LibraryApi, libraryApi } from './library-api.ts'

/** What the whole page shares. Made once in `main.tsx`. */
export interface Services {
  readonly api: LibraryApi
  readonly queries: QueryClient
  readonly connection: Connection
  readonly toasts: Toasts
  readonly removals: Removals
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
  const baseUrl = import.meta.env.DEV ? async () => '/api' : findApi()
  const api = libraryApi(createClient({ baseUrl, onReachable: is => connection.report(is) }))
  const connection = watchConnection({
    probe: () => api.books({ limit: 1 }),
    onBack: () => void queries.invalidateQueries(),
  })
  const toasts = createToasts()
  return { api, queries, connection, toasts, removals: createRemovals(toasts, queries) }
}

const Context = createContext<Services | undefined>(undefined)

export const ServicesProvider = Context

/** What the whole page shares. */
export function useServices(): Services {
  const services = use(Context)
  if (!services) throw new Error('no services above this component: wrap it in ServicesProvider')
  return services
}
