import { type Duration, hours, minutes } from '@terrace/kit'
import { findNode } from '@terrace/model'
import type { IssuedCredentials } from '../identity/credentials.ts'
import type { RolePrincipal } from '../identity/principal.ts'
import { mayAssume } from '../identity/trust.ts'
import type { World } from '../world.ts'

/** What roles of instances and tasks get. @see EC2 User Guide "Retrieve security credentials from instance metadata" */
export const LIFETIME: Duration = hours(6)

/** New ones are there at least this long before the old ones end. The same page. */
export const RENEWED_BEFORE: Duration = minutes(5)

/**
 * When a host's credentials are replaced: with an hour left, so that whoever asks has time. differs: AWS doesn't say when
 * within the last hours it is.
 */
const RENEWED_WITH: Duration = hours(1)

/** The credentials of one host's role, renewed before they end. */
export class RoleCredentials {
  readonly principal: RolePrincipal
  readonly #world: Surroundings
  readonly #service: string
  #current: IssuedCredentials | undefined
  #said = false

  /** @param service  who hands them out and must be trusted by the role: `ec2.amazonaws.com` */
  constructor(world: Surroundings, principal: RolePrincipal, service: string) {
    this.#world = world
    this.principal = principal
    this.#service = service
  }

  /** Good for at least five minutes; nothing when the role doesn't trust the service. */
  current(): IssuedCredentials | undefined {
    if (!this.#trusted()) return undefined
    const { credentials } = this.#world
    if (!this.#current || credentials.remaining(this.#current) <= RENEWED_WITH) {
      this.#current = credentials.issue(this.principal, LIFETIME)
    }
    return this.#current
  }

  #trusted(): boolean {
    const { architecture, journal } = this.#world
    const role = findNode(architecture, this.principal.role, 'role')
    if (role && mayAssume(role, this.#service)) return true
    if (!this.#said) {
      this.#said = true
      const message = `${this.principal.sessionArn} gets no credentials: the role does not trust ${this.#service}`
      journal.write({ kind: 'identity.notTrusted', node: this.principal.role, message })
    }
    return false
  }
}

type Surroundings = Pick<World, 'architecture' | 'credentials' | 'journal'>
