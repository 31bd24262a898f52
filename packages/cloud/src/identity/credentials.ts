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
  issue(principal: Principal, lifetime: Duration): Credentials
  /** Whose key it is, also after it expired; nothing for a key that was never issued here. */
  find(accessKeyId: string): IssuedCredentials | undefined
}

export interface IssuedCredentials extends Credentials {
  readonly principal: Principal
}
