import { type Duration, seconds } from '@terrace/kit'
import { type NodeId, nodesOf, type PolicyDocument, type Role } from '@terrace/model'
import type { IssuedCredentials } from '../../identity/credentials.ts'
import { managedPolicy } from '../../identity/managed-policies.ts'
import type { Principal, RolePrincipal } from '../../identity/principal.ts'
import { readPolicy } from '../../identity/read-policy.ts'
import type { World } from '../../world.ts'
import { MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError } from './errors.ts'
import { LONGEST_POLICY, ROLE_SESSION } from './limits.ts'

/** What AssumeRole is asked for. */
export interface AssumeRoleRequest {
  readonly roleArn: string
  readonly sessionName: string
  /** Whole seconds; absent: an hour. */
  readonly durationSeconds?: number | undefined
  readonly policy?: string | undefined
  readonly policyArns: readonly string[]
}

/** A session that somebody has taken on. */
export interface AssumedRole {
  readonly principal: RolePrincipal
  readonly credentials: IssuedCredentials
  /** Share of the longest session policy that this one takes. */
  readonly packedPolicyPercent: number | undefined
}

type Surroundings = Pick<World, 'architecture' | 'credentials'>

/** The roles that can be taken on. */
export class Roles {
  readonly #world: Surroundings
  readonly #byArn: ReadonlyMap<string, Role>

  constructor(world: Surroundings) {
    this.#world = world
    this.#byArn = new Map(nodesOf(world.architecture, 'role').map(role => [role.arn, role]))
  }

  find(arn: string): Role | undefined {
    return this.#byArn.get(arn)
  }

  /**
   * Issues credentials of a session; whether the caller may is decided before.
   * @throws ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge
   */
  assume(role: Role, request: AssumeRoleRequest, caller: Principal): AssumedRole {
    const lifetime = lifetimeOf(request, caller)
    const { account } = this.#world.architecture
    const sessionPolicies = this.#policiesOf(request)
    const principal: RolePrincipal = {
      ...sessionOf(role.id, role, account, request.sessionName),
      ...(sessionPolicies.length > 0 ? { sessionPolicies } : {}),
    }
    const length = request.policy?.length
    return {
      principal,
      credentials: this.#world.credentials.issue(principal, lifetime),
      packedPolicyPercent: length === undefined ? undefined : Math.ceil((length / LONGEST_POLICY) * 100),
    }
  }

  #policiesOf({ policy, policyArns }: AssumeRoleRequest): readonly PolicyDocument[] {
    // Together they give what any of them gives, and no more than the role has.
    const documents = [...(policy === undefined ? [] : [inline(policy)]), ...policyArns.map(arn => this.#managed(arn))]
    if (documents.length === 0) return []
    return [{ Version: '2012-10-17', Statement: documents.flatMap(({ Statement }) => Statement) }]
  }

  #managed(arn: string): PolicyDocument {
    const own = nodesOf(this.#world.architecture, 'managedPolicy').find(node => node.arn === arn)
    const document = own?.document ?? managedPolicy(arn)
    if (!document) throw new MalformedPolicyDocument(`The policy ${arn} is neither in the template nor known here.`)
    return document
  }
}

const sessionOf = (id: NodeId, { name, arn }: Role, account: string, session: string): RolePrincipal => ({
  kind: 'role',
  role: id,
  arn,
  sessionArn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
})

/** A role that takes on a role gets an hour. IAM User Guide "Roles terms and concepts": role chaining. */
function lifetimeOf({ durationSeconds }: AssumeRoleRequest, caller: Principal): Duration {
  const lifetime = durationSeconds === undefined ? ROLE_SESSION : seconds(durationSeconds)
  if (lifetime <= ROLE_SESSION) return lifetime
  throw new ValidationError(
    caller.kind === 'role'
      ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
      : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  )
}

function inline(text: string): PolicyDocument {
  if (text.length > LONGEST_POLICY) throw new PackedPolicyTooLarge(text.length, LONGEST_POLICY)
  const document = readPolicy(text)
  if (!document) throw new MalformedPolicyDocument('Syntax errors in policy.')
  if (document.Statement.some(({ Principal, NotPrincipal }) => Principal !== undefined || NotPrincipal !== undefined)) {
    throw new MalformedPolicyDocument('Policy document should not specify a principal.')
  }
  return document
}
