import { type Config, wholeNumberVariable } from '@terrace/service'

/** The library's own environment variables. */
export const libraryVariables = {
  /** Most books that one user may have. */
  LOAN_LIMIT: wholeNumberVariable(1, 1000, 2),
  /** Days until a book is due. */
  LOAN_DAYS: wholeNumberVariable(1, 3650, 14),
  /** Added to a user's fines for each day that a book comes back late, in the smallest unit of money in use. */
  FINE_PER_DAY: wholeNumberVariable(0, 100_000, 1),
}

export type LibraryVariables = typeof libraryVariables

/** What lending goes by. */
export interface LendingRules {
  /** Books a user may have at once. */
  readonly limit: number
  readonly days: number
  readonly finePerDay: number
}

export const lendingRules = (config: Config<LibraryVariables>): LendingRules => ({
  limit: config.LOAN_LIMIT,
  days: config.LOAN_DAYS,
  finePerDay: config.FINE_PER_DAY,
})
