import { hours } from '@terrace/kit'
import { nodesOf, type Role } from '@terrace/model'
import type { IssuedCredentials } from '../../identity/credentials.ts'
import type { Principal } from '../../identity/principal.ts'
import { mayAssume } from '../../identity/trust.ts'
import type { World } from '../../world.ts'
import { InvalidParameterValueException } from './errors.ts'

/** Who hands out the credentials of functions. */
export const LAMBDA = 'lambda.amazonaws.com'

/** What the sessions of roles have; a process is used for less time. */
const LIFETIME = hours(6)

type Surroundings = Pick<World, 'architecture' | 'credentials' | 'journal'>

/** The roles that functions run as. */
export class FunctionRoles {
  readonly #world: Surroundings
  readonly #said = new Set<string>()

  constructor(world: Surroundings) {
    this.#world = world
  }

  /** @throws InvalidParameterValueException when there is no such role, or it doesn't trust Lambda */
  check(roleArn: string): void {
    const role = this.#find(roleArn)
    if (role && mayAssume(role, LAMBDA)) return
    throw new InvalidParameterValueException('The role defined for the function cannot be assumed by Lambda.')
  }

  /** What a function acts as; anonymous, which the journal says, without a role that it may take on. */
  principalOf(name: string, roleArn: string): Principal {
    const role = this.#find(roleArn)
    const { account } = this.#world.architecture
    if (role && mayAssume(role, LAMBDA)) {
      const sessionArn = `arn:aws:sts::${account}:assumed-role/${role.name}/${name}`
      return { kind: 'role', role: role.id, arn: role.arn, sessionArn }
    }
    if (!this.#said.has(name)) {
      this.#said.add(name)
      const because = role ? `does not trust ${LAMBDA}` : 'is not in the template'
      const message = `the function ${name} gets no credentials: its role ${roleArn} ${because}`
      this.#world.journal.write({ kind: 'identity.notTrusted', message, details: { function: name } })
    }
    return { kind: 'anonymous' }
  }

  credentialsOf(principal: Principal): IssuedCredentials | undefined {
    return principal.kind === 'role' ? this.#world.credentials.issue(principal, LIFETIME) : undefined
  }

  #find(arn: string): Role | undefined {
    return nodesOf(this.#world.architecture, 'role').find(role => role.arn === arn)
  }
}
