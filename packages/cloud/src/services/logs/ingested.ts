import type { FoundEvent } from './store/event-window.ts'

/** Events that one stream of a group has just taken in. */
export interface Ingested {
  readonly kind: 'ingested'
  /** Name of the group. */
  readonly group: string
  readonly stream: string
  /** In the order of arrival. */
  readonly events: readonly FoundEvent[]
}
