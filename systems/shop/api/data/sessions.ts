import { createHash } from 'node:crypto'
import type { Instant } from '@terrace/kit'
import type { Kysely } from 'kysely'
import type { Account } from './accounts.ts'
import type { Tables } from './tables.ts'

const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex')

/** Remembers that a session is an account's, until `endsAt`. */
export async function insertSession(
  db: Kysely<Tables>,
  session: { readonly id: string; readonly accountId: number; readonly endsAt: Instant },
): Promise<void> {
  const { id, accountId, endsAt } = session
  await db
    .insertInto('sessions')
    .values({ id_hash: hashOf(id), account_id: accountId, ends_at: endsAt })
    .execute()
}

/** The accounts that sessions are logged in to, in the order of the ids. */
export async function accountsOfSessions(
  db: Kysely<Tables>,
  ids: readonly string[],
  now: Instant,
): Promise<readonly (Account | undefined)[]> {
  const hashes = ids.map(hashOf)
  const rows = await db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select(['sessions.id_hash', 'accounts.id', 'accounts.email', 'accounts.name', 'accounts.role'])
    .where('sessions.id_hash', 'in', hashes)
    .where('sessions.ends_at', '>', now)
    .execute()
  const accounts = new Map(rows.map(({ id_hash, ...account }) => [id_hash, account]))
  return hashes.map(hash => accounts.get(hash))
}

export async function deleteSession(db: Kysely<Tables>, id: string): Promise<void> {
  await db.deleteFrom('sessions').where('id_hash', '=', hashOf(id)).execute()
}

export async function deleteSessionsOf(db: Kysely<Tables>, accountId: number): Promise<void> {
  await db.deleteFrom('sessions').where('account_id', '=', accountId).execute()
}

export async function deleteSessionsEndedBefore(db: Kysely<Tables>, now: Instant): Promise<void> {
  await db.deleteFrom('sessions').where('ends_at', '<=', now).execute()
}
