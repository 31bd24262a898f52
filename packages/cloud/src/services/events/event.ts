import type { Instant } from '@terrace/kit'
import { z } from 'zod'
import { DEEPEST_EVENT } from './limits.ts'

/** An event on a bus. */
export interface BusEvent {
  /** Exactly as targets get it: numbers as their sender has written them. */
  readonly text: string
  readonly content: EventContent
  /** When it came to the first bus. */
  readonly ingestedAt: Instant
  /** ARNs of the rules that have sent it from bus to bus. */
  readonly through: readonly string[]
}

const content = z.looseObject({
  id: z.string(),
  'detail-type': z.string(),
  source: z.string(),
})

/** What an event says, with everything else that is in it. */
export type EventContent = Readonly<z.infer<typeof content>>

/** Reads what another service has sent; nothing when it is no event. */
export function readEvent(text: string, ingestedAt: Instant): BusEvent | undefined {
  try {
    const read: unknown = JSON.parse(text)
    return isContent(read) && isShallow(read) ? { text, content: read, ingestedAt, through: [] } : undefined
  } catch {
    return undefined
  }
}

const isContent = (read: unknown): read is EventContent => content.safeParse(read).success

/** Whether it is nested no deeper than AWS reads. Without recursion, because it may be. */
export function isShallow(value: unknown): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_EVENT) return false
    level = level.flatMap(each => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return true
}

/** `Scheduled Event from aws.events` */
export const titleOf = ({ content: event }: BusEvent): string => `${event['detail-type']} from ${event.source}`
