import { forgetOldKeys, type Service } from '@terrace/service'
import { migrations } from './data/migrations/index.ts'
import type { Tables } from './data/tables.ts'
import { addBookRoutes } from './routes/books.ts'
import { addLendingRoutes } from './routes/lending.ts'
import { addLoanRoutes } from './routes/loans.ts'
import { addUserRoutes } from './routes/users.ts'
import { type LibraryVariables, lendingRules, libraryVariables } from './settings.ts'

/** The library's API: users, books, and who has which. */
export const library: Service<LibraryVariables, Tables> = {
  info: {
    title: 'Library',
    version: '1.0.0',
    description:
      'Manages books, users and lending. Lists are plain arrays with their total in X-Total-Count; every refusal is a problem document whose detail says why.',
  },
  variables: libraryVariables,
  migrations,
  addRoutes(app, { config, database, clock }) {
    addUserRoutes(app, database)
    addBookRoutes(app, database)
    addLendingRoutes(app, database, lendingRules(config), clock)
    addLoanRoutes(app, database)
  },
  tidy: database => forgetOldKeys(database, database.clock.now()),
}
