import type { Instant } from '@terrace/kit'
import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** An account as the rest of the program sees it. */
export interface Account {
  readonly id: number
  readonly username: string
}

/** One with what proves its owner. */
export interface AccountWithHash extends Account {
  readonly passwordHash: string
}

/** Names are the same whatever their case, their accents' Unicode form, or the width of their letters. */
export const usernameKey = (username: string): string => username.normalize('NFKC').toLowerCase()

/** @throws the database's duplicate error when another account has the name */
export async function insertAccount(
  db: Kysely<Tables>,
  account: { readonly username: string; readonly passwordHash: string; readonly createdAt: Instant },
): Promise<Account> {
  const { username, passwordHash, createdAt } = account
  return db
    .insertInto('accounts')
    .values({
      username,
      username_key: usernameKey(username),
      password_hash: passwordHash,
      created_at: createdAt,
    })
    .returning(['id', 'username'])
    .executeTakeFirstOrThrow()
}

export async function accountByName(db: Kysely<Tables>, username: string): Promise<AccountWithHash | undefined> {
  return db
    .selectFrom('accounts')
    .select(['id', 'username', 'password_hash as passwordHash'])
    .where('username_key', '=', usernameKey(username))
    .executeTakeFirst()
}

/** The accounts that sessions are logged in to, by the hashes of their ids. */
export async function accountsOfSessions(
  db: Kysely<Tables>,
  idHashes: readonly string[],
  now: Instant,
): Promise<readonly (Account & { readonly id_hash: string })[]> {
  return db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select(['sessions.id_hash', 'accounts.id', 'accounts.username'])
    .where('sessions.id_hash', 'in', idHashes)
    .where('sessions.ends_at', '>', now)
    .execute()
}

export async function passwordHashOf(db: Kysely<Tables>, id: number): Promise<string | undefined> {
  const row = await db.selectFrom('accounts').select('password_hash').where('id', '=', id).executeTakeFirst()
  return row?.password_hash
}

export async function setPasswordHash(db: Kysely<Tables>, id: number, password_hash: string): Promise<void> {
  await db.updateTable('accounts').set({ password_hash }).where('id', '=', id).execute()
}
