import type { Clock } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import type { Exchange } from '../http1/exchange.ts'
import type { CacheKey } from './cache-key.ts'
import type { OriginListener, Upgrade } from './origin-call.ts'
import type { Receiver } from './receiver.ts'
import type { StoredResponse } from './stored-response.ts'
import type { ViewerRequest } from './viewer-request.ts'

/** A request to the origin under way, as far as a retrieval steers it. */
export interface Call {
  pause(): void
  resume(): void
  cancel(): void
}

/** What is asked of the origin, for whom, and what may become of the answer. */
export interface RetrievalOptions {
  readonly request: ViewerRequest
  /** Where the answer is kept, if it may be; nothing: it is only passed on. */
  readonly key: CacheKey | undefined
  /** What is kept already, to be confirmed or to stand in. */
  readonly stale: StoredResponse | undefined
  /** Whose body is sent along. */
  readonly body: Exchange | undefined
  /** The viewer asks for a WebSocket: who takes it over when the origin agrees. */
  readonly upgrade: Upgrade | undefined
  /** Whether the viewer's own conditions and range go to the origin. */
  readonly viewerConditions: boolean
  /** Whether the distribution's pages stand in for errors; not for those of such a page itself. */
  readonly errorPages: boolean
  readonly receiver: Receiver
  /** Called once, as soon as it is known: the answer that others may be served, or nothing. */
  readonly settled: (response: StoredResponse | undefined) => void
  /** Called once, when nothing more happens. */
  readonly finished: () => void
}

/** What a retrieval needs of the edge location. */
export interface RetrievalPlace {
  readonly distribution: Distribution
  readonly clock: Clock
  call(options: RetrievalOptions, listener: OriginListener): Call
  keep(response: StoredResponse): void
  forget(key: CacheKey): void
  /** Gets the page for an error through the behavior that its path belongs to. */
  fetchPage(path: string, request: ViewerRequest, receiver: Receiver): void
}
