import { type Random, seconds } from '@terrace/kit'
import {
  type Active,
  activeTrace,
  type Database,
  inSpan,
  inTransaction,
  traceHeaders,
  withinOneOf,
} from '@terrace/service'
import type { Tables } from '../data/tables.ts'
import type { NewOrder } from './new-order.ts'
import { type AskedOrder, type Outcome, placeOrders } from './place-orders.ts'

/** Orders that one transaction takes. */
const BATCH = 50
/** How long the database may hear nothing from us in a transaction that holds stock. */
const SILENCE = seconds(8)
/** Attempts when another instance took the same key at the same moment. */
const ATTEMPTS = 5

interface Waiting {
  readonly order: AskedOrder
  /** What asked for it, which waits as well. */
  readonly caller: Active | undefined
  resolve(outcome: Outcome): void
  reject(error: unknown): void
}

/**
 * Where orders are placed. Those that arrive while a transaction is under way go into the next one together: a single
 * order goes at once, and under load the few products that everybody buys are locked once for many orders, not once
 * for each.
 */
export class OrderDesk {
  readonly #database: Database<Tables>
  readonly #random: Random
  readonly #onAccepted: () => void
  #waiting: Waiting[] = []
  #isBusy = false

  /** @param onAccepted  called after orders were stored, with their messages in the outbox */
  constructor(database: Database<Tables>, random: Random, onAccepted: () => void) {
    this.#database = database
    this.#random = random
    this.#onAccepted = onAccepted
  }

  /**
   * Places one order, or says why not.
   *
   * @throws the database's own error, for all orders of a transaction; whether they were stored is unknown then, and
   *   the same order with the same key finds out
   */
  place(order: NewOrder): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const { traceparent } = traceHeaders()
      this.#waiting.push({ order: { ...order, traceparent }, caller: activeTrace(), resolve, reject })
      if (!this.#isBusy) this.#work()
    })
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch()
      try {
        const outcomes = await withinOneOf(
          batch.map(({ caller }) => caller),
          () => this.#place(batch.map(({ order }) => order)),
        )
        for (const [index, { resolve, reject }] of batch.entries()) {
          const outcome = outcomes[index]
          if (outcome) resolve(outcome)
          else reject(new Error('an order of the batch was not decided'))
        }
        if (outcomes.some(({ kind }) => kind === 'accepted')) this.#onAccepted()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isBusy = false
  }

  // Two requests with the same key go one after the other: the second finds the first one's order.
  #nextBatch(): Waiting[] {
    const keys = new Set<string>()
    const batch: Waiting[] = []
    const rest: Waiting[] = []
    for (const one of this.#waiting) {
      const fits = batch.length < BATCH && !keys.has(one.order.requestKey)
      ;(fits ? batch : rest).push(one)
      if (fits) keys.add(one.order.requestKey)
    }
    this.#waiting = rest
    return batch
  }

  #place(orders: readonly AskedOrder[]): Promise<readonly Outcome[]> {
    const attributes = { 'shop.orders': orders.length }
    return inSpan('place orders', { attributes }, () => this.#store(orders))
  }

  async #store(orders: readonly AskedOrder[]): Promise<readonly Outcome[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await inTransaction(
          this.#database,
          transaction => placeOrders(transaction, orders, { random: this.#random, now: this.#database.clock.now() }),
          { isolation: 'read committed', silence: SILENCE },
        )
      } catch (error) {
        if (attempt === ATTEMPTS || !this.#database.dialect.isDuplicate(error)) throw error
      }
    }
  }
}
