import type { CallTrace, PageTraces } from '../telemetry/page-traces.ts'
import type { Decoder } from './decode.ts'
import { isFromGateway, readAnswer } from './read-answer.ts'
import { RequestError } from './request-error.ts'

export interface ClientOptions {
  /** Where the API is, without a slash at the end. Asked before each request; may have to be found out first. */
  readonly baseUrl: () => Promise<string>
  /** How long to wait for an answer, milliseconds. */
  readonly timeoutMs?: number
  /** Told after each request whether the API is there. */
  readonly onReachable?: (isReachable: boolean) => void
  /** Told the headers of each answer, for what a proxy says about itself. */
  readonly onAnswer?: (headers: Headers) => void
  /** Makes each request a part of the page's trace: `tracePage()`. */
  readonly traces?: PageTraces | undefined
}

export type QueryValue = string | number | boolean | undefined

export interface ReadOptions {
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, QueryValue>>
  /** Headers of the API's own. */
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface WriteOptions {
  readonly body?: unknown
  /** Lets the API recognise a repetition of the same write. */
  readonly idempotencyKey?: string
  /** Headers of the API's own, such as `x-csrf-token`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean
}

export interface Answer<T> {
  readonly value: T
  readonly headers: Headers
}

/** Asks an API that speaks JSON and problem documents. Throws `RequestError`. */
export interface Client {
  get<T>(path: string, decode: Decoder<T>, options?: ReadOptions): Promise<Answer<T>>
  send<T>(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    decode: Decoder<T>,
    options?: WriteOptions,
  ): Promise<Answer<T>>
}

/** A client for one API. */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, timeoutMs = 15_000, onReachable = () => {}, onAnswer = () => {}, traces } = options
  async function exchange<T>(path: string, init: Init, decode: Decoder<T>): Promise<Answer<T>> {
    const method = init.method ?? 'GET'
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
    let response: Response
    let body: string
    let call: CallTrace | undefined
    try {
      const url = `${await baseUrl()}${path}`
      call = traces?.call(method, url)
      response = await fetch(url, { ...init, headers: { ...init.headers, ...call?.headers }, signal })
      body = await response.text()
      call?.end(response.status)
    } catch (thrown) {
      call?.end(undefined)
      if (init.signal?.aborted) throw thrown
      onReachable(false)
      throw new RequestError('away', `${method} ${path}: no answer`, { cause: thrown })
    }
    const { status, headers } = response
    onAnswer(headers)
    onReachable(!isFromGateway(status))
    return { value: readAnswer(`${method} ${path}`, status, body, decode), headers }
  }

  return {
    get: (path, decode, { query = {}, headers, signal } = {}) =>
      exchange(
        path + queryText(query),
        { headers: { ...headers, accept: 'application/json' }, ...(signal && { signal }) },
        decode,
      ),
    send: (method, path, decode, { body, idempotencyKey, headers, keepalive = false } = {}) =>
      exchange(
        path,
        {
          method,
          keepalive,
          headers: {
            ...headers,
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        },
        decode,
      ),
  }
}

type Init = RequestInit & { readonly headers: Readonly<Record<string, string>> }

function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value))
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
