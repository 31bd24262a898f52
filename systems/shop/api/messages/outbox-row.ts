import * as z from 'zod'
import type { Tables } from '../data/tables.ts'
import type { Message } from './message.ts'

/** A message on its way out, with where in which trace it was made: `traceparent` of W3C, if there is any. */
export interface Outgoing {
  readonly text: string
  readonly traceparent: string | undefined
}

type Row = Pick<Tables['outbox'], 'messages' | 'traces'>

export const outgoing = (message: Message, traceparent: string | undefined): Outgoing => ({
  text: JSON.stringify(message),
  traceparent,
})

/** The messages of one transaction, as the outbox keeps them. */
export const toRow = (all: readonly Outgoing[]): Row => ({
  messages: `[${all.map(({ text }) => text).join()}]`,
  traces: all.some(({ traceparent }) => traceparent !== undefined)
    ? JSON.stringify(all.map(({ traceparent }) => traceparent ?? null))
    : null,
})

/** The single messages again. */
export function fromRow({ messages, traces }: Row): readonly Outgoing[] {
  const texts = z.array(z.unknown()).parse(JSON.parse(messages))
  const found = z.array(z.string().nullable()).parse(JSON.parse(traces ?? '[]'))
  // While a version rolls out, an older relay may have taken messages from the row and left the traces as they were.
  const fits = found.length === texts.length
  return texts.map((message, index) => ({
    text: JSON.stringify(message),
    traceparent: (fits && found[index]) || undefined,
  }))
}
