import type { FastifyRequest } from 'fastify'
import type { Database } from '../database/connect.ts'
import { invalid, Problem } from '../http/problem.ts'
import type { OwnSession, PasswordChange } from './account-schemas.ts'
import type { AccountStore } from './account-store.ts'
import { clientAddress } from './client-address.ts'
import { hashPassword, isPassword } from './password-hash.ts'
import type { AccountTables } from './tables.ts'
import { countTry, forgetTries, guardTries, logInsOfClient } from './tries.ts'
import type { Visitors } from './visitors.ts'

export interface LogInsOptions<Tables extends AccountTables, Account extends { readonly id: number }> {
  readonly database: Database<Tables>
  readonly visitors: Visitors<Tables, Account>
  readonly store: AccountStore<Account>
  /** How many of our own proxies stand between the client and us. */
  readonly proxies: number
  /** What a wrong name and a wrong password are both answered with: nobody learns which of the two it is. */
  readonly refusal: string
}

/** Lets in whoever knows the password, so many tries at a time. */
export class LogIns<Tables extends AccountTables, Account extends { readonly id: number }> {
  readonly #options: LogInsOptions<Tables, Account>

  constructor(options: LogInsOptions<Tables, Account>) {
    this.#options = options
  }

  /** Who asks, and the token for what they do next. */
  async current(request: FastifyRequest): Promise<OwnSession<Account>> {
    const account = (await this.#options.visitors.accountOf(request)) ?? null
    return { account, csrfToken: request.session.csrfToken() }
  }

  /** @throws Problem 401 when there is no such account or its password is another one; 429 after too many tries */
  async logIn(request: FastifyRequest, name: string, password: string): Promise<OwnSession<Account>> {
    const { database, store, proxies, refusal } = this.#options
    const ofAccount = store.logInsOf(name)
    const ofClient = logInsOfClient(clientAddress(request, proxies))
    await guardTries(database, [ofAccount, ofClient])
    // Counted before the password is looked at: a hundred attempts at once are a hundred attempts.
    await countTry(database, ofAccount)
    const known = await store.find(name)
    if (!(await isPassword(password, known?.passwordHash)) || !known) {
      await countTry(database, ofClient)
      throw new Problem(401, refusal)
    }
    await forgetTries(database, ofAccount)
    return this.#begin(request, known.account)
  }

  /** Ends the session of whoever asks. */
  async logOut(request: FastifyRequest): Promise<void> {
    await this.#options.visitors.logOut(request)
  }

  /**
   * Changes the password of whoever asks; all other sessions of the account end.
   * @throws Problem 401 when nobody is logged in; 422 when the current password is wrong; 429 after too many tries
   */
  async changePassword(request: FastifyRequest, change: PasswordChange): Promise<OwnSession<Account>> {
    const { database, visitors, store } = this.#options
    const account = await visitors.mustBeLoggedIn(request)
    const limit = store.logInsOf(store.nameOf(account))
    await guardTries(database, [limit])
    await countTry(database, limit)
    if (!(await isPassword(change.currentPassword, await store.passwordHashOf(account.id))))
      throw invalid([{ path: 'currentPassword', message: 'is wrong' }])
    await forgetTries(database, limit)
    await store.setPasswordHash(account.id, await hashPassword(change.newPassword))
    await visitors.logOutEverywhere(account)
    return this.#begin(request, account)
  }

  async #begin(request: FastifyRequest, account: Account): Promise<OwnSession<Account>> {
    await this.#options.visitors.logIn(request, account)
    return { account, csrfToken: request.session.csrfToken() }
  }
}
