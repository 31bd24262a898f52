import type { Clock } from '@terrace/kit'
import { type App, type Database, idempotencyHeaders, write } from '@terrace/service'
import type { Tables } from '../data/tables.ts'
import { borrow, giveBack } from '../lending.ts'
import { bookSchema } from '../schemas/book.ts'
import { lendingParameters } from '../schemas/parameters.ts'
import type { LendingRules } from '../settings.ts'

/** `/books/{book_id}/borrow/{user_id}` and `/books/{book_id}/return/{user_id}`; both answer with the book. */
export function addLendingRoutes(app: App, database: Database<Tables>, rules: LendingRules, clock: Clock): void {
  const actions = [
    { name: 'borrow', summary: 'Borrow a book', act: borrow },
    { name: 'return', summary: 'Return a book', act: giveBack },
  ]
  for (const { name, summary, act } of actions) {
    app.post(
      `/books/:book_id/${name}/:user_id`,
      {
        schema: {
          tags: ['lending'],
          summary,
          params: lendingParameters,
          headers: idempotencyHeaders,
          response: { 200: bookSchema },
          problems: [404, 409],
        },
      },
      (request, reply) => {
        const { book_id: bookId, user_id: userId } = request.params
        return write(database, request, reply, async transaction => ({
          status: 200,
          body: await act(transaction, { bookId, userId, now: clock.now() }, rules),
        }))
      },
    )
  }
}
