import { type Logger, messageOf } from '@terrace/kit'
import type { Database } from '@terrace/service'
import { MailRefused, type SendMail } from '../aws/send-mail.ts'
import { confirmOrders } from '../data/orders.ts'
import type { Tables } from '../data/tables.ts'
import { toSqlTime } from '../dates.ts'
import { knownAddressMail } from '../mails/known-address.ts'
import { orderConfirmation } from '../mails/order-confirmation.ts'
import { decodeMessage } from '../messages/message.ts'
import type { Handled } from './consumer.ts'
import type { Received } from './order-queue.ts'
import { forgetMails, noteProblems, takeOrders, type UnconfirmedOrder } from './unconfirmed-orders.ts'

export interface HandlingContext {
  readonly database: Database<Tables>
  readonly sendMail: SendMail
  readonly publicUrl: string
  readonly log: Logger
}

/** A message with what it says. */
interface Addressed {
  readonly message: Received
  readonly id: string
}

/**
 * Handles a batch. An order is confirmed by its state, not by its message: whoever gets the message again, or at the
 * same time, finds it confirmed and does nothing. That a mail is about to be sent is written down before; found so by
 * another attempt, the mail may have gone out already, and says that it may be a repeat.
 */
export async function handleMessages(messages: readonly Received[], context: HandlingContext): Promise<Handled> {
  const orders: Addressed[] = []
  const notices: Promise<readonly [Received, boolean]>[] = []
  const failed: Received[] = []
  for (const message of messages) {
    const content = decodeMessage(message.body)
    if (content?.type === 'order') orders.push({ message, id: content.orderId })
    else if (content?.type === 'known-address')
      notices.push(noticeOwner(content.accountId, context).then(done => [message, done]))
    else {
      context.log.error('a message is none of ours', { body: message.body.slice(0, 200) })
      failed.push(message)
    }
  }
  const confirmed = await confirm(
    orders.map(({ id }) => id),
    context,
  )
  const noticed = await Promise.all(notices)
  return {
    done: [
      ...orders.filter(({ id }) => confirmed.has(id)).map(({ message }) => message),
      ...noticed.filter(([, done]) => done).map(([message]) => message),
    ],
    failed: [
      ...failed,
      ...orders.filter(({ id }) => !confirmed.has(id)).map(({ message }) => message),
      ...noticed.filter(([, done]) => !done).map(([message]) => message),
    ],
  }
}

/** @returns the orders that are confirmed now, those that were so before included */
async function confirm(ids: readonly string[], context: HandlingContext): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { database, log } = context
  const { db, clock } = database
  const { confirmed, unconfirmed } = await takeOrders(database, [...new Set(ids)])
  const results = await Promise.all(unconfirmed.map(order => sendConfirmation(order, context)))
  const sent = results.filter(({ problem }) => problem === undefined).map(({ order }) => order.id)
  await confirmOrders(db, sent, toSqlTime(clock.now()))

  const failures = results.filter(({ problem }) => problem !== undefined)
  // SES said no to these: unless an earlier one got lost, there was no mail, and the next one is no repeat.
  const refused = failures.filter(({ order, isRefusal }) => isRefusal && !order.mayBeRepeat)
  await forgetMails(
    db,
    refused.map(({ order }) => order.id),
  )
  await noteProblems(db, new Map(failures.map(({ order, problem = '' }) => [order.id, problem])))
  for (const { order, problem } of failures)
    log.warn('a confirmation could not be sent', { orderId: order.id, problem })
  return new Set([...confirmed, ...sent])
}

interface SendResult {
  readonly order: UnconfirmedOrder
  readonly problem?: string
  readonly isRefusal?: boolean
}

async function sendConfirmation(
  order: UnconfirmedOrder,
  { sendMail, publicUrl }: HandlingContext,
): Promise<SendResult> {
  try {
    await sendMail(orderConfirmation(order, publicUrl))
    return { order }
  } catch (error) {
    return { order, problem: messageOf(error), isRefusal: error instanceof MailRefused }
  }
}

async function noticeOwner(
  accountId: number,
  { database, sendMail, publicUrl, log }: HandlingContext,
): Promise<boolean> {
  try {
    const account = await database.db
      .selectFrom('accounts')
      .select(['email', 'name'])
      .where('id', '=', accountId)
      .executeTakeFirst()
    if (account) await sendMail(knownAddressMail(account, publicUrl))
    return true
  } catch (error) {
    log.warn('a notice could not be sent', { accountId, error: messageOf(error) })
    return false
  }
}
