import { type Clock, type Duration, hours, type Random, secureRandom } from '@terrace/kit'
import type { CredentialIssuer, Credentials, IssuedCredentials } from './credentials.ts'
import type { Principal } from './principal.ts'
import { ID_ALPHABET } from './unique-id.ts'

/** How long an expired key is still known, so that who uses it hears that it expired and not that it never existed. */
const REMEMBERED: Duration = hours(1)

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** As long as the tokens of STS are; clients must not count on it. */
const TOKEN_LENGTH = 356

/**
 * Keeps the credentials that were issued.
 *
 * Its clock is the machine's own and not the scaled one: SDKs compare the expiration with their own clock, and would go on
 * with a key that has long expired in the faster time.
 */
export class CredentialStore implements CredentialIssuer {
  readonly #clock: Clock
  readonly #random: Random
  readonly #issued = new Map<string, IssuedCredentials>()

  /** @param random  unpredictable in everything but tests */
  constructor(clock: Clock, random: Random = secureRandom) {
    this.#clock = clock
    this.#random = random
  }

  issue(principal: Principal, lifetime: Duration): IssuedCredentials {
    this.#forget()
    const issuedAt = this.#clock.now()
    const issued = {
      accessKeyId: `ASIA${this.#random.text(16, ID_ALPHABET)}`,
      secretAccessKey: this.#random.text(40, BASE64),
      sessionToken: `IQoJ${this.#random.text(TOKEN_LENGTH, BASE64)}`,
      // Answers show whole seconds; a key must not be good for longer than it says.
      expiration: Math.floor((issuedAt + lifetime) / 1000) * 1000,
      principal,
      issuedAt,
    }
    this.#issued.set(issued.accessKeyId, issued)
    return issued
  }

  find(accessKeyId: string): IssuedCredentials | undefined {
    const issued = this.#issued.get(accessKeyId)
    return issued && this.remaining(issued) > -REMEMBERED ? issued : undefined
  }

  remaining({ expiration }: Credentials): Duration {
    return expiration - this.#clock.now()
  }

  #forget(): void {
    for (const [key, issued] of this.#issued) {
      if (this.remaining(issued) <= -REMEMBERED) this.#issued.delete(key)
    }
  }
}
