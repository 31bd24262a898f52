import { type Client, decode, RequestError } from '@terrace/ui'
import { orderOf, productOf, type Session, sessionOf, type Wanted } from './types.ts'

/** A part of a list and the length of the whole. */
export interface Page<T> {
  readonly rows: readonly T[]
  readonly total: number
}

/** Which orders, newest first. */
export interface OrdersQuery {
  readonly state?: string | undefined
  readonly limit: number
  readonly offset: number
}

/** What a new account is made of. */
export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly name: string
}

/** The shop's API as the site uses it. Every method throws `RequestError`. */
export type ShopApi = ReturnType<typeof shopApi>

/**
 * The shop's API behind a client.
 *
 * It knows the session, and with it the CSRF token that every write carries. A token that the API doesn't take is
 * renewed once, for another tab may have logged in or out; unless somebody else is logged in then, for what one meant
 * to do as oneself isn't done as somebody else.
 *
 * @param onSession  told each session that the API answered with
 */
export function shopApi(client: Client, onSession: (session: Session) => void) {
  let known: Session | undefined
  const learn = (session: Session): Session => {
    known = session
    onSession(session)
    return session
  }
  const session = async (signal?: AbortSignal): Promise<Session> =>
    learn((await client.get('/api/sessions/current', sessionOf, signal ? { signal } : {})).value)

  /** After a refusal that looks like the end of the session, finds out. */
  const noticing = async <T>(path: string, asked: Promise<T>): Promise<T> => {
    try {
      return await asked
    } catch (error) {
      if (looksLikeEndOfSession(error, path)) await session().catch(() => {})
      throw error
    }
  }

  const read = async <T>(path: string, of: decode.Decoder<T>, signal?: AbortSignal): Promise<T> =>
    (await noticing(path, client.get(path, of, signal ? { signal } : {}))).value

  async function page<T>(path: string, of: decode.Decoder<T>, query: Partial<OrdersQuery>, signal?: AbortSignal) {
    const asked = client.get(path, of, { query: { ...query }, ...(signal && { signal }) })
    const { value, headers } = await noticing(path, asked)
    return { value, total: Number(headers.get('x-total-count')) }
  }

  async function write<T>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    of: decode.Decoder<T>,
    options: { readonly body?: unknown; readonly idempotencyKey?: string } = {},
  ): Promise<T> {
    const send = async ({ csrfToken }: Session) =>
      (await noticing(path, client.send(method, path, of, { ...options, headers: { 'x-csrf-token': csrfToken } })))
        .value
    const before = known ?? (await session())
    try {
      return await send(before)
    } catch (error) {
      if (!(error instanceof RequestError && error.status === 403)) throw error
      const now = await session()
      if (now.account?.id !== before.account?.id) throw error
      return send(now)
    }
  }

  return {
    read,
    page,
    write,

    session,
    logIn: async (credentials: { readonly email: string; readonly password: string }): Promise<Session> =>
      learn((await client.send('POST', '/api/sessions', sessionOf, { body: credentials })).value),
    logOut: async (): Promise<Session> => {
      await write('DELETE', '/api/sessions/current', decode.nothing)
      return session()
    },
    signUp: async (account: NewAccount): Promise<void> => {
      await client.send('POST', '/api/accounts', decode.nothing, { body: account })
    },
    changePassword: async (passwords: { readonly currentPassword: string; readonly newPassword: string }) =>
      learn(await write('PUT', '/api/accounts/current/password', sessionOf, { body: passwords })),

    products: (signal?: AbortSignal) => read('/api/products', decode.list(productOf), signal),
    placeOrder: (items: readonly Wanted[], idempotencyKey: string) =>
      write('POST', '/api/orders', orderOf, { body: { items }, idempotencyKey }),
    order: (id: string, signal?: AbortSignal) => read(`/api/orders/${encodeURIComponent(id)}`, orderOf, signal),
    orders: async (query: OrdersQuery, signal?: AbortSignal) => {
      const { value, total } = await page('/api/orders', decode.list(orderOf), query, signal)
      return { rows: value, total }
    },
  }
}

/** To whoever is no operator, what is for operators isn't there. */
const looksLikeEndOfSession = (error: unknown, path: string): boolean =>
  error instanceof RequestError &&
  (error.status === 401 || (error.status === 404 && path.startsWith('/api/operations/')))
