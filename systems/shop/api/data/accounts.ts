import type { Instant } from '@terrace/kit'
import type { Kysely } from 'kysely'
import type { Role, Tables } from './tables.ts'

/** An account as the rest of the program sees it. */
export interface Account {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: Role
}

/** One with what proves its owner. */
export interface AccountWithHash extends Account {
  readonly passwordHash: string
}

/** Mail addresses are the same whatever their case. */
export const emailKey = (email: string): string => email.toLowerCase()

export interface NewAccount extends Omit<AccountWithHash, 'id'> {
  readonly createdAt: string
}

/** @throws the database's duplicate error when another account has the address */
export async function insertAccount(db: Kysely<Tables>, account: NewAccount): Promise<void> {
  const { email, name, role, passwordHash, createdAt } = account
  await db
    .insertInto('accounts')
    .values({ email, email_key: emailKey(email), name, role, password_hash: passwordHash, created_at: createdAt })
    .execute()
}

export async function accountByEmail(db: Kysely<Tables>, email: string): Promise<AccountWithHash | undefined> {
  return db
    .selectFrom('accounts')
    .select(['id', 'email', 'name', 'role', 'password_hash as passwordHash'])
    .where('email_key', '=', emailKey(email))
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
    .select(['sessions.id_hash', 'accounts.id', 'accounts.email', 'accounts.name', 'accounts.role'])
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
