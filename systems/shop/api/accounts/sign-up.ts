import { type Database, traceHeaders } from '@terrace/service'
import { hashPassword } from '@terrace/service/accounts'
import { accountByEmail, insertAccount } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'
import { toSqlTime } from '../dates.ts'
import { outgoing, toRow } from '../messages/outbox-row.ts'

/** What somebody signs up with. */
export interface SignUp {
  readonly email: string
  readonly name: string
  readonly password: string
}

/**
 * Makes an account, or, when the address has one already, leaves it alone and lets its owner know by mail. Whoever
 * asked sees no difference: both hash the password and write one row.
 */
export async function signUp(database: Database<Tables>, { email, name, password }: SignUp): Promise<void> {
  const { db, dialect, clock } = database
  const passwordHash = await hashPassword(password)
  try {
    const createdAt = toSqlTime(clock.now())
    await insertAccount(db, { email, name, role: 'customer', passwordHash, createdAt })
  } catch (error) {
    if (!dialect.isDuplicate(error)) throw error
    const known = await accountByEmail(db, email)
    if (!known) return
    const message = outgoing({ type: 'known-address', accountId: known.id }, traceHeaders().traceparent)
    await db
      .insertInto('outbox')
      .values(toRow([message]))
      .execute()
  }
}

/** The first operator, made by whichever instance comes first; an account with the address stays as it is. */
export async function ensureOperator(database: Database<Tables>, email: string, password: string): Promise<void> {
  const { db, dialect, clock } = database
  if (await accountByEmail(db, email)) return
  const passwordHash = await hashPassword(password)
  const createdAt = toSqlTime(clock.now())
  try {
    await insertAccount(db, { email, name: 'Operator', role: 'operator', passwordHash, createdAt })
  } catch (error) {
    if (!dialect.isDuplicate(error)) throw error
  }
}
