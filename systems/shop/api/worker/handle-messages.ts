import type { Logger } from '@terrace/kit'
import type { Database, MessagePlace } from '@terrace/service'
import type { SendMails, Sent } from '../aws/send-mails.ts'
import { confirmOrders } from '../data/orders.ts'
import type { Tables } from '../data/tables.ts'
import { toSqlTime } from '../dates.ts'
import { knownAddressMail } from '../mails/known-address.ts'
import { orderConfirmation } from '../mails/order-confirmation.ts'
import { decodeMessage, type Message } from '../messages/message.ts'
import type { Handled } from './consumer.ts'
import type { Traced } from './handle-traced.ts'
import { forgetMails, noteProblems, takeOrders, type UnconfirmedOrder } from './unconfirmed-orders.ts'

export interface HandlingContext {
  readonly database: Database<Tables>
  readonly sendMails: SendMails
  readonly publicUrl: string
  readonly log: Logger
}

/**
 * Handles a batch, with one call for all of its mails. An order is confirmed by its state, not by its message: whoever
 * gets the message again, or at the same time, finds it confirmed and does nothing. That a mail is about to be sent is
 * written down before; found so by another attempt, the mail may have gone out already, and says that it may be a repeat.
 */
export async function handleMessages(messages: readonly Traced[], context: HandlingContext): Promise<Handled<Traced>> {
  const read = messages.map(message => ({ message, content: decodeMessage(message.body) }))
  for (const { message, content } of read)
    if (!content)
      message.place.run(() => context.log.error('a message is none of ours', { body: message.body.slice(0, 200) }))

  const places = new Map(
    read.flatMap(({ message, content }) => (content ? [[keyOf(content), message.place] as const] : [])),
  )
  const ended = await endAll(places, context)
  const isDone = ({ content }: (typeof read)[number]) => content !== undefined && ended.has(keyOf(content))
  return {
    done: read.filter(isDone).map(({ message }) => message),
    failed: read.filter(each => !isDone(each)).map(({ message }) => message),
  }
}

/** What a message is about: the id of an order, or of an account whose owner is told of a sign-up. */
type Key = string | number

/** What is asked for, each with its place in the trace that asked. */
type Places = ReadonlyMap<Key, MessagePlace>

const keyOf = (content: Message): Key => (content.type === 'order' ? content.orderId : content.accountId)

/** @returns what is done now, what was done before included */
async function endAll(places: Places, context: HandlingContext): Promise<ReadonlySet<Key>> {
  const { database, sendMails, publicUrl, log } = context
  const keys = [...places.keys()]
  const accounts = keys.filter(key => typeof key === 'number')
  const owners = await ownersOf(accounts, database)
  // Last of all before the mails: what happens in between would let them look like repeats.
  const { confirmed, unconfirmed } = await takeOrders(
    database,
    keys.filter(key => typeof key === 'string'),
  )
  const sent = await sendMails([
    ...unconfirmed.map(order => orderConfirmation(order, publicUrl)),
    ...owners.map(owner => knownAddressMail(owner, publicUrl)),
  ])
  const told = await settle(
    unconfirmed.map((order, index) => ({ order, sent: sent[index] ?? LOST })),
    places,
    context,
  )
  const unnoticed = new Set<number>()
  for (const [index, { id }] of owners.entries()) {
    const { kind, problem } = sent[unconfirmed.length + index] ?? LOST
    if (kind === 'accepted') continue
    unnoticed.add(id)
    places.get(id)?.run(() => log.warn('a notice could not be sent', { accountId: id, error: problem }))
  }
  return new Set([...confirmed, ...told, ...accounts.filter(id => !unnoticed.has(id))])
}

/** Those of them that exist still. */
async function ownersOf(ids: readonly number[], { db }: Database<Tables>) {
  if (ids.length === 0) return []
  return await db
    .selectFrom('accounts')
    .select(['id', 'email', 'name'])
    .where('id', 'in', [...ids])
    .execute()
}

const LOST: Sent = { kind: 'unknown', problem: 'SES said nothing about it' }

/** Writes down what became of the mails of orders. @returns the orders that are confirmed now */
async function settle(
  outcomes: readonly { readonly order: UnconfirmedOrder; readonly sent: Sent }[],
  places: Places,
  { database: { db, clock }, log }: HandlingContext,
): Promise<readonly string[]> {
  const told: string[] = []
  const refused: string[] = []
  const problems = new Map<string, string>()
  for (const { order, sent } of outcomes) {
    if (sent.kind === 'accepted') {
      told.push(order.id)
      continue
    }
    const { problem } = sent
    problems.set(order.id, problem)
    places.get(order.id)?.run(() => log.warn('a confirmation could not be sent', { orderId: order.id, problem }))
    // Unless an earlier mail got lost there was none, and the next one is no repeat.
    if (sent.kind === 'refused' && !order.mayBeRepeat) refused.push(order.id)
  }
  await confirmOrders(db, told, toSqlTime(clock.now()))
  await forgetMails(db, refused)
  await noteProblems(db, problems)
  return told
}
