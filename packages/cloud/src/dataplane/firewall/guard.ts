import type { Duration } from '@terrace/kit'
import type { Client, Exchange } from '../http1/exchange.ts'
import type { HeaderList } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import type { BlockResponse } from './decision.ts'
import type { Source } from './record.ts'

/** A request that is to be looked at. */
export interface GuardedRequest {
  readonly exchange: Exchange
  /** Its target in origin form. */
  readonly request: MessageHead
  readonly client: Client
  /** Path and query, as rules see them. */
  readonly path: string
  readonly query: string
  /** What the client is told, and what the log has. */
  readonly requestId: string
  readonly source: Source
  /** How long nothing may come of a body that is to be looked at. */
  readonly patience: Duration
}

/** What the firewall says; the exchange is to be used from now on in place of the one that was asked about. */
export type Verdict =
  | { readonly kind: 'passed'; readonly exchange: Exchange; readonly inserted: HeaderList }
  | { readonly kind: 'blocked'; readonly exchange: Exchange; readonly response: BlockResponse }
  /** The part of the body that rules look at didn't come in time. */
  | { readonly kind: 'stalled'; readonly exchange: Exchange }

/** Stands before a balancer or a distribution. */
export interface Guard {
  /** Calls back at once, or when so much of the body is here as rules look at; never when the client goes away before. */
  check(asked: GuardedRequest, then: (verdict: Verdict) => void): void
}

/** The guard of a resource as it is now; nothing: it has no web ACL. */
export type FindGuard = () => Guard | undefined
