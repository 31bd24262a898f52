import { type Clock, type Instant, type Random, seconds } from '@terrace/kit'

/** Longest life of a token of IMDSv2: six hours. EC2 User Guide "Use the Instance Metadata Service". */
export const LONGEST_TTL_SECONDS = 21_600

const MOST_TOKENS = 10_000

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The session tokens of one instance: no other instance knows them. */
export class SessionTokens {
  readonly #clock: Clock
  readonly #random: Random
  readonly #ends = new Map<string, Instant>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** 56 characters, as AWS's have. */
  issue(ttlSeconds: number): string {
    for (const [token, end] of this.#ends) if (end <= this.#clock.now()) this.#ends.delete(token)
    const [oldest] = this.#ends.keys()
    if (this.#ends.size >= MOST_TOKENS && oldest !== undefined) this.#ends.delete(oldest)
    const token = `${this.#random.text(54, ALPHABET)}==`
    this.#ends.set(token, this.#clock.now() + seconds(ttlSeconds))
    return token
  }

  /** Seconds it is still good for; nothing when it isn't. */
  remaining(token: string): number | undefined {
    const left = (this.#ends.get(token) ?? 0) - this.#clock.now()
    return left > 0 ? Math.ceil(left / 1000) : undefined
  }
}
