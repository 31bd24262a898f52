import type { FoundEvent } from '../store/event-window.ts'

/** What a live tail was asked for. */
export interface LiveTailRequest {
  /** ARNs, as they were given. */
  readonly logGroupIdentifiers: readonly string[]
  readonly logStreamNames?: readonly string[]
  readonly logStreamNamePrefixes?: readonly string[]
  readonly logEventFilterPattern?: string
}

/** An event with the group that it is from. */
export interface TailedEvent extends FoundEvent {
  /** ARN, as it was given. */
  readonly group: string
}

/** What a live tail tells. @see CloudWatch Logs API Reference "StartLiveTailResponseStream" */
export type LiveTailMessage =
  | {
      readonly kind: 'start'
      readonly requestId: string
      readonly sessionId: string
      readonly request: LiveTailRequest
    }
  /** What came in the last second: all of it, or a sample. */
  | { readonly kind: 'update'; readonly sampled: boolean; readonly events: readonly TailedEvent[] }
  | { readonly kind: 'timeout' }
