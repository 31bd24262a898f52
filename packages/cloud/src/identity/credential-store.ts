import type { Clock, Duration } from '@terrace/kit'
import type { CredentialIssuer, IssuedCredentials } from './credentials.ts'
import type { Principal } from './principal.ts'

/** Keeps the credentials that were issued. */
export class CredentialStore implements CredentialIssuer {
  readonly #clock: Clock
  readonly #issued = new Map<string, IssuedCredentials>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  issue(principal: Principal, lifetime: Duration): IssuedCredentials {
    const number = String(this.#issued.size).padStart(16, '0')
    const issued = {
      accessKeyId: `ASIA${number}`,
      secretAccessKey: number,
      sessionToken: number,
      expiration: this.#clock.now() + lifetime,
      principal,
    }
    this.#issued.set(issued.accessKeyId, issued)
    return issued
  }

  find(accessKeyId: string): IssuedCredentials | undefined {
    return this.#issued.get(accessKeyId)
  }
}
