import type { RequestListener } from 'node:http'
import type { ItemRepository } from '../../api/data/repository.ts'
/** The API in this process, and what a test can do to it while it runs. */
export interface FaultyApi extends AsyncDisposable {
  readonly listener: RequestListener
  readonly items: ItemRepository
  /** Every request so far: "POST /api/v1/items". */
  readonly requests: string[]
  /** Idempotency keys so far. */
  readonly keys: string[]
  /** Requests that this matches are answered with 500 and not done. */
  failing: RegExp | undefined
  /** Requests that this matches are done, but their answer never arrives. */
  silent: RegExp | undefined
  /** Every answer waits this long, milliseconds. */
  delayMs: number
}
/** The API as it is, on items in memory, behind a way that can be made bad. */
export declare function startFaultyApi(items: ItemRepository): Promise<FaultyApi>
