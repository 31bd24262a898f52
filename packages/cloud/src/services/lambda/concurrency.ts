import { TooManyRequestsException } from './errors.ts'
import type { FunctionRecord } from './function.ts'
import { ACCOUNT_CONCURRENCY } from './limits.ts'

/**
 * How many executions there are at once: a function with a reservation has that many and no more, the others share the rest.
 * @see Lambda Developer Guide, "Understanding Lambda function scaling", "Configuring reserved concurrency for a function"
 */
export class Concurrency {
  readonly #running = new Map<string, number>()

  /** Takes a place, until the returned function gives it back. @throws TooManyRequestsException */
  take({ name, reservedConcurrency }: FunctionRecord, all: readonly FunctionRecord[]): () => void {
    const own = this.of(name)
    if (reservedConcurrency !== undefined) {
      if (own >= reservedConcurrency) {
        throw new TooManyRequestsException('ReservedFunctionConcurrentInvocationLimitExceeded')
      }
    } else if (this.#sharing(all) >= unreservedOf(all)) {
      throw new TooManyRequestsException('ConcurrentInvocationLimitExceeded')
    }
    this.#running.set(name, own + 1)
    return () => this.#running.set(name, this.of(name) - 1)
  }

  of(name: string): number {
    return this.#running.get(name) ?? 0
  }

  get total(): number {
    return [...this.#running.values()].reduce((sum, count) => sum + count, 0)
  }

  #sharing(all: readonly FunctionRecord[]): number {
    return all.reduce(
      (sum, { name, reservedConcurrency }) => sum + (reservedConcurrency === undefined ? this.of(name) : 0),
      0,
    )
  }
}

/** What is left of the account's executions for functions without a reservation. */
export const unreservedOf = (all: readonly FunctionRecord[]): number =>
  ACCOUNT_CONCURRENCY - all.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0)
