import type { Duration, Instant } from '@terrace/kit'
import type { Principal } from './principal.ts'

/** Temporary credentials as STS issues them. */
export interface Credentials {
  /** `ASIA…` */
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Instant
}

/** Issues credentials and knows whose they are; `world.credentials`. */
export interface CredentialIssuer {
  /** New credentials for a principal. */
  issue(principal: Principal, lifetime: Duration): IssuedCredentials
  /** Whose key it is, also for an hour after it expired; nothing for a key that was never issued here. */
  find(accessKeyId: string): IssuedCredentials | undefined
  /** How long they are still good for; zero or less when they have expired. */
  remaining(credentials: Credentials): Duration
}

export interface IssuedCredentials extends Credentials {
  readonly principal: Principal
  readonly issuedAt: Instant
}
