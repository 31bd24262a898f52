import { seconds } from '@terrace/kit'
import { type Database, inTransaction } from '@terrace/service'
import type { Kysely } from 'kysely'
import { withItems } from '../data/orders.ts'
import type { Tables } from '../data/tables.ts'
import { toSqlTime } from '../dates.ts'
import type { Order } from '../schemas/order.ts'

/** How long the database may hear nothing from us while we hold orders. */
const SILENCE = seconds(8)

/** An order whose owner has to be told. */
export interface UnconfirmedOrder extends Order {
  readonly to: { readonly email: string; readonly name: string }
  /** An earlier attempt began to send a mail, and nobody knows what came of it. */
  readonly mayBeRepeat: boolean
}

/**
 * What is still to do of these orders, with written down that their mails are about to be sent: in one transaction, so
 * that of two workers with the same order the second one knows of the first. Ids that no order has are in neither list.
 */
export async function takeOrders(
  database: Database<Tables>,
  ids: readonly string[],
): Promise<{ readonly confirmed: readonly string[]; readonly unconfirmed: readonly UnconfirmedOrder[] }> {
  if (ids.length === 0) return { confirmed: [], unconfirmed: [] }
  const mail_started_at = toSqlTime(database.clock.now())
  const rows = await inTransaction(
    database,
    async transaction => {
      const found = await transaction
        .selectFrom('orders')
        .select(['id', 'account_id', 'state', 'total_cents', 'placed_at', 'confirmed_at', 'mail_started_at'])
        .where('id', 'in', [...ids])
        .orderBy('id')
        .forUpdate()
        .execute()
      const open = idsOf(found.filter(isOpen))
      if (open.length > 0)
        await transaction.updateTable('orders').set({ mail_started_at }).where('id', 'in', open).execute()
      return found
    },
    { isolation: 'read committed', silence: SILENCE },
  )
  const open = rows.filter(isOpen)
  return {
    confirmed: idsOf(rows.filter(row => !isOpen(row))),
    unconfirmed: open.length === 0 ? [] : await complete(database.db, open),
  }
}

type Row = Pick<
  Tables['orders'],
  'id' | 'account_id' | 'state' | 'total_cents' | 'placed_at' | 'confirmed_at' | 'mail_started_at'
>

const isOpen = ({ state }: Row): boolean => state === 'accepted'

async function complete(db: Kysely<Tables>, rows: readonly Row[]): Promise<UnconfirmedOrder[]> {
  const [orders, accounts] = await Promise.all([
    withItems(db, rows),
    db
      .selectFrom('accounts')
      .select(['id', 'email', 'name'])
      .where('id', 'in', [...new Set(rows.map(({ account_id }) => account_id))])
      .execute(),
  ])
  return orders.flatMap((order, index) => {
    const row = rows[index]
    const to = accounts.find(({ id }) => id === row?.account_id)
    return row && to ? [{ ...order, to, mayBeRepeat: row.mail_started_at !== null }] : []
  })
}

/** Takes that back: they were not sent. */
export async function forgetMails(db: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('orders')
    .set({ mail_started_at: null })
    .where('id', 'in', [...ids])
    .where('state', '=', 'accepted')
    .execute()
}

const LONGEST_PROBLEM = 300

/** Writes down why mails could not be sent, for the operator. */
export async function noteProblems(db: Kysely<Tables>, problems: ReadonlyMap<string, string>): Promise<void> {
  const byText = Map.groupBy(problems, ([, text]) => [...text].slice(0, LONGEST_PROBLEM).join(''))
  for (const [mail_problem, orders] of byText)
    await db
      .updateTable('orders')
      .set({ mail_problem })
      .where(
        'id',
        'in',
        orders.map(([id]) => id),
      )
      .where('state', '=', 'accepted')
      .execute()
}

const idsOf = (orders: readonly { readonly id: string }[]): string[] => orders.map(({ id }) => id)
