import { days } from '@terrace/kit'
import { type Database, notFound, Problem } from '@terrace/service'
import type { FastifyRequest } from 'fastify'
import type { Account } from '../data/accounts.ts'
import { accountsOfSessions, deleteSession, insertSession } from '../data/sessions.ts'
import type { Tables } from '../data/tables.ts'
import { Gatherer } from '../gatherer.ts'

/** How long one is logged in at most. */
const LIFETIME = days(7)

/** Who asks. */
export class Visitors {
  readonly #database: Database<Tables>
  readonly #accounts: Gatherer<string, Account | undefined>

  constructor(database: Database<Tables>) {
    this.#database = database
    this.#accounts = new Gatherer(ids => accountsOfSessions(database.db, ids, database.clock.now()))
  }

  /** The account that a request is logged in to, if it is to one. */
  async accountOf({ session }: FastifyRequest): Promise<Account | undefined> {
    if (!session.isKnown) return undefined
    return this.#accounts.ask(session.id)
  }

  /** @throws Problem 401 */
  async mustBeLoggedIn(request: FastifyRequest): Promise<Account> {
    const account = await this.accountOf(request)
    if (!account) throw new Problem(401, 'Log in first')
    return account
  }

  /** Nobody else learns that there is anything here. @throws Problem 404 */
  async mustBeOperator(request: FastifyRequest): Promise<Account> {
    const account = await this.accountOf(request)
    if (account?.role !== 'operator')
      throw notFound(`There is nothing at ${request.url.split('?', 1)[0]?.slice(0, 200)}`)
    return account
  }

  /** Logs a request's session in, under a new id. */
  async logIn({ session }: FastifyRequest, account: Pick<Account, 'id'>): Promise<void> {
    const { db, clock } = this.#database
    if (session.isKnown) await deleteSession(db, session.id)
    session.renew()
    await insertSession(db, { id: session.id, accountId: account.id, endsAt: clock.now() + LIFETIME })
  }

  /** Ends it, here and on every other instance. */
  async logOut({ session }: FastifyRequest): Promise<void> {
    await deleteSession(this.#database.db, session.id)
    session.end()
  }
}
