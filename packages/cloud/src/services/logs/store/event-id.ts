import type { FoundEvent } from './event-window.ts'
import { fileNameOf } from './group.ts'

/** The id of an event: 56 digits, in the order of time, the same wherever the event is told. */
export function eventId({ at, stream, sequence }: Omit<FoundEvent, 'message' | 'ingested'>): string {
  const place = Number.parseInt(fileNameOf(stream).slice(0, 9), 16)
  return `3${String(at).padStart(19, '0')}${String(place).padStart(12, '0')}${String(sequence).padStart(24, '0')}`
}
