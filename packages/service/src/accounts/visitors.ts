import { createHash } from 'node:crypto'
import { days, type Instant } from '@terrace/kit'
import type { FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import type { Database } from '../database/connect.ts'
import { Problem } from '../http/problem.ts'
import { Gatherer } from './gatherer.ts'
import type { AccountTables } from './tables.ts'

/** How long one is logged in at most. */
const LIFETIME = days(7)

/** Reads the accounts of the sessions with these hashes that end after `now`: one row for each, in any order. */
export type AccountsOfSessions<Account> = (
  idHashes: readonly string[],
  now: Instant,
) => Promise<readonly (Account & { readonly id_hash: string })[]>

/** Who asks. */
export class Visitors<Tables extends AccountTables, Account extends { readonly id: number }> {
  readonly #database: Database<Tables>
  readonly #accounts: Gatherer<string, Account | undefined>

  constructor(database: Database<Tables>, accountsOfSessions: AccountsOfSessions<Account>) {
    this.#database = database
    this.#accounts = new Gatherer(async hashes => {
      const rows = await accountsOfSessions(hashes, database.clock.now())
      const accounts = new Map(rows.map(({ id_hash, ...account }) => [id_hash, account as unknown as Account]))
      return hashes.map(hash => accounts.get(hash))
    })
  }

  /** The account that a request is logged in to, if it is to one. */
  async accountOf({ session }: FastifyRequest): Promise<Account | undefined> {
    if (!session.isKnown) return undefined
    return this.#accounts.ask(hashOf(session.id))
  }

  /** @throws Problem 401 */
  async mustBeLoggedIn(request: FastifyRequest): Promise<Account> {
    const account = await this.accountOf(request)
    if (!account) throw new Problem(401, 'Log in first')
    return account
  }

  /** Logs a request's session in, under a new id. */
  async logIn({ session }: FastifyRequest, account: Pick<Account, 'id'>): Promise<void> {
    if (session.isKnown) await this.#forget(session.id)
    session.renew()
    await this.#rows
      .insertInto('sessions')
      .values({
        id_hash: hashOf(session.id),
        account_id: account.id,
        ends_at: this.#database.clock.now() + LIFETIME,
      })
      .execute()
  }

  /** Ends it, here and on every other instance. */
  async logOut({ session }: FastifyRequest): Promise<void> {
    await this.#forget(session.id)
    session.end()
  }

  /** Ends all sessions of an account. */
  async logOutEverywhere(account: Pick<Account, 'id'>): Promise<void> {
    await this.#rows.deleteFrom('sessions').where('account_id', '=', account.id).execute()
  }

  async #forget(id: string): Promise<void> {
    await this.#rows.deleteFrom('sessions').where('id_hash', '=', hashOf(id)).execute()
  }

  // Kysely can't see that a database with more tables has these too.
  get #rows(): Kysely<AccountTables> {
    return this.#database.db as unknown as Kysely<AccountTables>
  }
}

/** Forgets sessions that are over. */
export async function forgetSessionsEndedBefore<Tables extends AccountTables>(
  database: Database<Tables>,
  moment: Instant,
): Promise<void> {
  const db = database.db as unknown as Kysely<AccountTables>
  await db.deleteFrom('sessions').where('ends_at', '<=', moment).execute()
}

const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex')
