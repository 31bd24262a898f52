import type { Clock, Instant } from '@terrace/kit'
import { Conflict } from '../errors.ts'
import { LIMITS } from '../limits.ts'

interface Kept<Made> {
  readonly request: string
  readonly made: Made
  readonly at: Instant
}

/** What was made under a caller's token, so that a call that is repeated makes nothing twice. */
export class ClientTokens<Made> {
  readonly #operation: string
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept<Made>>()

  /** @param operation  whose tokens they are */
  constructor(operation: string, clock: Clock) {
    this.#operation = operation
    this.#clock = clock
  }

  /**
   * Makes it, or finds what the same call made before.
   * @throws Conflict when the token was used for another request
   * @see ECS API Reference "Ensuring idempotency". differs: what a token made is compared by the whole request
   */
  once(input: { readonly clientToken?: string | undefined }, make: () => Made): Made {
    const { clientToken: token, ...rest } = input
    if (token === undefined) return make()
    this.#forget()
    const request = JSON.stringify(rest)
    const known = this.#kept.get(token)
    if (known && known.request !== request) throw new Conflict(this.#operation)
    if (known) return known.made
    const made = make()
    this.#kept.set(token, { request, made, at: this.#clock.now() })
    return made
  }

  #forget(): void {
    const oldest = this.#clock.now() - LIMITS.tokensKept
    for (const [token, { at }] of this.#kept) if (at < oldest) this.#kept.delete(token)
  }
}
