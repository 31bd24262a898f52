import { QueryClient } from '@tanstack/react-query'
import { type Connection, createClient, createToasts, isWorthRetrying, type Toasts, watchConnection } from '@terrace/ui'
import { createContext, use } from 'react'
import { type Cart, openCart } from '../cart/cart.ts'
import { ask, mine } from './queries.ts'
import { type ShopApi, shopApi } from './shop-api.ts'
import { watchZone, type Zone } from './zone.ts'

/** What the whole page shares. Made once in `main.tsx`. */
export interface Services {
  readonly api: ShopApi
  readonly queries: QueryClient
  readonly connection: Connection
  readonly toasts: Toasts
  readonly cart: Cart
  readonly zone: Zone
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
  const zone = watchZone()
  const client = createClient({
    baseUrl: async () => '',
    onReachable: is => connection.report(is),
    onAnswer: zone.notice,
  })
  const api = shopApi(client, session => {
    const { queryKey } = ask.session(api)
    const before = queries.getQueryData(queryKey)?.account?.id
    queries.setQueryData(queryKey, session)
    if (before !== undefined && before !== session.account?.id) queries.removeQueries({ queryKey: mine(before) })
  })
  const connection = watchConnection({
    probe: () => api.session(),
    onBack: () => void queries.invalidateQueries(),
  })
  return { api, queries, connection, toasts: createToasts(), cart: openCart(), zone }
}

const Context = createContext<Services | undefined>(undefined)

export const ServicesProvider = Context

/** What the whole page shares. */
export function useServices(): Services {
  const services = use(Context)
  if (!services) throw new Error('no services above this component: wrap it in ServicesProvider')
  return services
}
