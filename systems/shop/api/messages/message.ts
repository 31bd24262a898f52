import * as z from 'zod'

const messageSchema = z.discriminatedUnion('type', [
  /** An order was accepted: confirm it. */
  z.object({ type: z.literal('order'), orderId: z.string() }),
  /** Somebody signed up with the address of this account: tell its owner. */
  z.object({ type: z.literal('known-address'), accountId: z.int() }),
])

/** What the API tells the worker. Ids alone: the database knows the rest, and the queue keeps no personal data. */
export type Message = z.output<typeof messageSchema>

/** Undefined when it is no message of ours. */
export function decodeMessage(body: string): Message | undefined {
  try {
    return messageSchema.parse(JSON.parse(body))
  } catch {
    return undefined
  }
}
