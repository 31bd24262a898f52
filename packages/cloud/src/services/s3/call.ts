import type { Clock } from '@terrace/kit'
import type { Exchange } from '../../gateway/api.ts'
import type { Access } from '../../identity/authorizer.ts'
import type { Target } from './address.ts'
import type { BucketState } from './bucket-state.ts'
import type { Changes } from './notifications/changes.ts'
import type { Outcome } from './outcome.ts'
import type { S3State } from './state.ts'

/** One request to S3. */
export interface ServiceCall {
  readonly exchange: Exchange
  readonly target: Target
  readonly operation: string
  readonly state: S3State
  /** Who hears of what changes. */
  readonly changes: Changes
  /** Of control loops: what objects are dated by. */
  readonly clock: Clock
  /** Of the machine: what signatures are dated by. */
  readonly realtime: Clock
  readonly region: string
  readonly account: string
  readonly query: URLSearchParams
  /** Name in lower case. A presigned URL may bring fields of `x-amz-` in its query. */
  readonly header: (name: string) => string | undefined
  /** What is known of the answer, for the access log. */
  readonly outcome: Outcome
}

/** One request to a bucket that exists. */
export interface BucketCall extends ServiceCall {
  readonly bucket: BucketState
}

/** One request to a key, whether there is an object or not. */
export interface ObjectCall extends BucketCall {
  readonly key: string
}

/** One operation: what the caller must be allowed to do, and what it does. The answer is written by `run`. */
export interface S3Operation<Kind extends ServiceCall> {
  readonly authorize: (call: Kind) => readonly Access[]
  readonly run: (call: Kind) => void | Promise<void>
}
