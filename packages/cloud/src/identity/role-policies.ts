import { type Architecture, type NodeId, nodesOf, type PolicyDocument, type Role } from '@terrace/model'
import type { JournalNote } from '../journal.ts'
import type { NamedPolicy } from './compile.ts'
import { managedPolicy } from './managed-policies.ts'

/** Everything that is attached to a role. */
export interface PoliciesOfRole {
  readonly role: Role
  readonly identity: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy | undefined
}

/** Who hears of managed policies that nobody knows. */
interface Listener {
  write(note: JournalNote): unknown
}

/** A limit whose document nobody knows gives nothing. */
const NOTHING: PolicyDocument = { Version: '2012-10-17', Statement: [] }

/** The policies of the roles of an architecture, looked up once, and again when an update has changed it. */
export class RolePolicies {
  readonly #architecture: Architecture
  #nodes: Architecture['nodes'] | undefined
  #roles: ReadonlyMap<NodeId, Role> = new Map()
  #documents: ReadonlyMap<string, PolicyDocument> = new Map()
  readonly #journal: Listener
  readonly #found = new Map<NodeId, PoliciesOfRole>()
  readonly #unknown = new Set<string>()

  constructor(architecture: Architecture, journal: Listener) {
    this.#architecture = architecture
    this.#journal = journal
  }

  /** Nothing when there is no such role. */
  of(id: NodeId): PoliciesOfRole | undefined {
    this.#lookAgain()
    const known = this.#found.get(id)
    const role = this.#roles.get(id)
    if (known || !role) return known
    const found = {
      role,
      identity: [...role.policies, ...role.managedPolicies.flatMap(arn => this.#managed(arn, role) ?? [])],
      boundary: this.#boundaryOf(role),
    }
    this.#found.set(id, found)
    return found
  }

  #lookAgain(): void {
    const { nodes } = this.#architecture
    if (this.#nodes === nodes) return
    this.#nodes = nodes
    this.#roles = new Map(nodesOf(this.#architecture, 'role').map(role => [role.id, role]))
    this.#documents = new Map(nodesOf(this.#architecture, 'managedPolicy').map(({ arn, document }) => [arn, document]))
    this.#found.clear()
  }

  #managed(arn: string, role: Role): NamedPolicy | undefined {
    const document = this.#documents.get(arn) ?? managedPolicy(arn)
    if (!document) this.#sayOnce(arn, role.id)
    return document && { name: policyName(arn), document }
  }

  #boundaryOf(role: Role): NamedPolicy | undefined {
    const arn = role.permissionsBoundary
    if (arn === undefined) return undefined
    return this.#managed(arn, role) ?? { name: policyName(arn), document: NOTHING }
  }

  #sayOnce(arn: string, node: NodeId): void {
    if (this.#unknown.has(arn)) return
    this.#unknown.add(arn)
    const message = `managed policy ${arn} is not known here: it allows nothing`
    this.#journal.write({ kind: 'identity.unknownManagedPolicy', node, message, details: { policy: arn } })
  }
}

/** `AmazonS3ReadOnlyAccess` of `arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`. */
export const policyName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
