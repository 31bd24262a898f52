import type { Clock } from '@terrace/kit'
import type { Exchange } from '../../gateway/api.ts'
import type { Access } from '../../identity/authorizer.ts'
import type { BucketState, S3State } from './state.ts'

/** One request to S3. */
export interface ServiceCall {
  readonly exchange: Exchange
  readonly operation: string
  readonly state: S3State
  readonly clock: Clock
  readonly region: string
  readonly account: string
  readonly query: URLSearchParams
  /** Name in lower case. */
  readonly header: (name: string) => string | undefined
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
