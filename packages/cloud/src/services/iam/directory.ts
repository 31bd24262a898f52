import type { Instant } from '@terrace/kit'
import { type Architecture, type ManagedPolicy, nodesOf, type PolicyDocument, type Role } from '@terrace/model'
import { profileArnOf } from '../../identity/instance-profile.ts'
import { managedPolicy } from '../../identity/managed-policies.ts'
import { policyName } from '../../identity/role-policies.ts'
import { NoSuchEntity } from './errors.ts'

/** A managed policy of AWS or of the template. */
export interface KnownPolicy {
  readonly arn: string
  readonly name: string
  readonly document: PolicyDocument
  readonly tags: Readonly<Record<string, string>>
}

/** An instance profile and its one role. */
export interface Profile {
  readonly arn: string
  readonly name: string
  readonly role: Role
}

/** What the template says about identities, as IAM lists it: everything in the order of its name. */
export class Directory {
  readonly account: string
  readonly region: string
  /** When all of it came to be: with the system. */
  readonly createdAt: Instant
  readonly #architecture: Architecture

  constructor(architecture: Architecture, createdAt: Instant) {
    this.account = architecture.account
    this.region = architecture.region
    this.createdAt = createdAt
    this.#architecture = architecture
  }

  get roles(): readonly Role[] {
    return byName(nodesOf(this.#architecture, 'role'))
  }

  get profiles(): readonly Profile[] {
    return this.roles.filter(role => isOnMachines(role, this.#architecture)).map(profileOf)
  }

  get #policies(): readonly ManagedPolicy[] {
    return nodesOf(this.#architecture, 'managedPolicy')
  }

  /** @throws NoSuchEntity */
  role(name: string): Role {
    const role = this.roles.find(each => each.name === name)
    if (!role) throw new NoSuchEntity(`The role with name ${name} cannot be found.`)
    return role
  }

  roleByArn(arn: string): Role | undefined {
    return this.roles.find(role => role.arn === arn)
  }

  /** @throws NoSuchEntity */
  profile(name: string): Profile {
    const profile = this.profiles.find(each => each.name === name)
    if (!profile) throw new NoSuchEntity(`Instance Profile ${name} cannot be found.`)
    return profile
  }

  /** @throws NoSuchEntity */
  policy(arn: string): KnownPolicy {
    const own = this.#policies.find(policy => policy.arn === arn)
    if (own) return { arn, name: own.name, document: own.document, tags: own.tags }
    const document = managedPolicy(arn)
    if (!document) throw new NoSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
    return { arn, name: policyName(arn), document, tags: {} }
  }

  /** How many roles have a policy attached, and how many have it as their boundary. */
  usesOf(arn: string): { readonly attached: number; readonly boundary: number } {
    return {
      attached: this.roles.filter(role => role.managedPolicies.includes(arn)).length,
      boundary: this.roles.filter(role => role.permissionsBoundary === arn).length,
    }
  }
}

const byName = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1))

const isOnMachines = (role: Role, architecture: Architecture): boolean =>
  [
    ...nodesOf(architecture, 'launchTemplate'),
    ...nodesOf(architecture, 'autoScalingGroup'),
    ...nodesOf(architecture, 'instance'),
  ].some(({ machine }) => machine.role === role.id)

const profileOf = (role: Role): Profile => ({ arn: profileArnOf(role.arn), name: role.name, role })

/** `/` or `/a/b/` of an ARN whose last part is the name. */
export const pathOf = (arn: string): string => {
  const resource = arn.split(':').slice(5).join(':')
  return resource.slice(resource.indexOf('/'), resource.lastIndexOf('/') + 1)
}
