import type { Instant } from '@terrace/kit'
import { EventWindow, type FoundEvent, type Order } from './event-window.ts'
import { readSegment, type Segment } from './segment.ts'
import type { Stream } from './stream.ts'

export interface Search {
  readonly streams: readonly Stream[]
  readonly order: Order
  /** Whether the order is that of time, or its reverse. */
  readonly direction: 'forward' | 'backward'
  /** Both included. */
  readonly from: Instant
  readonly to: Instant
  readonly passes: (event: FoundEvent) => boolean
  readonly most: number
}

/** The first events in the order that pass. Segments stream; those that can't hold any of them are not read. */
export async function search({ streams, order, direction, from, to, passes, most }: Search): Promise<EventWindow> {
  const window = new EventWindow(order, most)
  const forward = direction === 'forward'
  const segments = streams
    .flatMap(({ name, segments: all }) => all.map(segment => ({ name, segment })))
    .filter(({ segment }) => segment.events > 0 && segment.last >= from && segment.first <= to)
    .sort((a, b) => (forward ? a.segment.first - b.segment.first : b.segment.last - a.segment.last))
  for (const { name, segment } of segments) {
    if (isBeyond(window, segment, forward)) {
      window.skip()
      continue
    }
    for await (const event of readSegment(segment)) {
      if (event.at < from || event.at > to) continue
      const found = { ...event, stream: name }
      if (passes(found)) window.add(found)
    }
  }
  return window
}

const isBeyond = ({ bound }: EventWindow, { first, last }: Segment, forward: boolean): boolean =>
  bound !== undefined && (forward ? first > bound.at : last < bound.at)
