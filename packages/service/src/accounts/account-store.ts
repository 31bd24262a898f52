import type { Limit } from './tries.ts'

/** The accounts of an application, which keeps them in a table of its own. */
export interface AccountStore<Account> {
  /** An account and what proves its owner, by what one logs in with, in whichever way that is written. */
  find(name: string): Promise<{ readonly account: Account; readonly passwordHash: string } | undefined>
  /** What an account logs in with. */
  nameOf(account: Account): string
  /** Failed log-ins into the account of a name: the same for all ways to write it. */
  logInsOf(name: string): Limit
  passwordHashOf(id: number): Promise<string | undefined>
  setPasswordHash(id: number, passwordHash: string): Promise<void>
}
