import { type Database, notFound } from '@terrace/service'
import { Visitors as AccountVisitors } from '@terrace/service/accounts'
import type { FastifyRequest } from 'fastify'
import { type Account, accountsOfSessions } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'

/** Who asks, and whether it is an operator. */
export class Visitors extends AccountVisitors<Tables, Account> {
  constructor(database: Database<Tables>) {
    super(database, (hashes, now) => accountsOfSessions(database.db, hashes, now))
  }

  /** Nobody else learns that there is anything here. @throws Problem 404 */
  async mustBeOperator(request: FastifyRequest): Promise<Account> {
    const account = await this.accountOf(request)
    if (account?.role !== 'operator')
      throw notFound(`There is nothing at ${request.url.split('?', 1)[0]?.slice(0, 200)}`)
    return account
  }
}
