import { TerraceError } from '@terrace/kit'
import {
  type Architecture,
  type NetworkAcl,
  type NetworkAclRule,
  type NodeId,
  nodesOf,
  type Route,
  type RouteTable,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@terrace/model'
import type { NetworkRules } from './network.ts'

type Direction = 'ingress' | 'egress'

interface Both<Rule> {
  readonly ingress: readonly Rule[]
  readonly egress: readonly Rule[]
}

/** The rules as they are now. They begin as the template's; whoever changes them tells those who watch. */
export class RuleState implements NetworkRules {
  readonly #groups: Map<NodeId, Both<SecurityGroupRule>>
  readonly #acls: Map<NodeId, Both<NetworkAclRule>>
  readonly #routes: Map<NodeId, readonly Route[]>
  readonly #setGroups: (interfaceId: string, groups: readonly NodeId[]) => void
  readonly #changed: () => void

  constructor(
    architecture: Architecture,
    setGroups: (interfaceId: string, groups: readonly NodeId[]) => void,
    changed: () => void,
  ) {
    this.#groups = new Map(nodesOf(architecture, 'securityGroup').map(group => [group.id, group]))
    this.#acls = new Map(nodesOf(architecture, 'networkAcl').map(acl => [acl.id, sorted(acl)]))
    this.#routes = new Map(nodesOf(architecture, 'routeTable').map(table => [table.id, table.routes]))
    this.#setGroups = setGroups
    this.#changed = changed
  }

  /** @throws TerraceError NETWORK_NO_GROUP */
  securityGroup(id: NodeId): Both<SecurityGroupRule> {
    return found(this.#groups.get(id), 'NETWORK_NO_GROUP', `unknown security group ${id}`)
  }

  setSecurityGroup(id: NodeId, direction: Direction, rules: readonly SecurityGroupRule[]): void {
    this.#groups.set(id, { ...this.securityGroup(id), [direction]: rules })
    this.#changed()
  }

  /** In the order of evaluation. @throws TerraceError NETWORK_NO_ACL */
  networkAcl(id: NodeId): Both<NetworkAclRule> {
    return found(this.#acls.get(id), 'NETWORK_NO_ACL', `unknown network ACL ${id}`)
  }

  setNetworkAcl(id: NodeId, direction: Direction, rules: readonly NetworkAclRule[]): void {
    this.#acls.set(id, sorted({ ...this.networkAcl(id), [direction]: rules }))
    this.#changed()
  }

  /** @throws TerraceError NETWORK_NO_ROUTE_TABLE */
  routes(routeTable: NodeId): readonly Route[] {
    return found(this.#routes.get(routeTable), 'NETWORK_NO_ROUTE_TABLE', `unknown route table ${routeTable}`)
  }

  setRoutes(routeTable: NodeId, routes: readonly Route[]): void {
    this.routes(routeTable)
    this.#routes.set(routeTable, routes)
    this.#changed()
  }

  bring(node: SecurityGroup | NetworkAcl | RouteTable): void {
    if (node.kind === 'securityGroup') this.#groups.set(node.id, node)
    else if (node.kind === 'networkAcl') this.#acls.set(node.id, sorted(node))
    else this.#routes.set(node.id, node.routes)
    this.#changed()
  }

  drop(id: NodeId): void {
    for (const part of [this.#groups, this.#acls, this.#routes]) part.delete(id)
    this.#changed()
  }

  setGroups(interfaceId: string, groups: readonly NodeId[]): void {
    for (const group of groups) this.securityGroup(group)
    this.#setGroups(interfaceId, groups)
    this.#changed()
  }

  /** Every rule that names ports and addresses, of groups and ACLs alike. */
  *all(): Generator<SecurityGroupRule | NetworkAclRule> {
    for (const { ingress, egress } of [...this.#groups.values(), ...this.#acls.values()]) {
      yield* ingress
      yield* egress
    }
  }

  *allRoutes(): Generator<Route> {
    for (const routes of this.#routes.values()) yield* routes
  }
}

const sorted = ({ ingress, egress }: Both<NetworkAclRule>): Both<NetworkAclRule> => ({
  ingress: [...ingress].sort(byNumber),
  egress: [...egress].sort(byNumber),
})

const byNumber = (a: NetworkAclRule, b: NetworkAclRule) => a.number - b.number

function found<T>(value: T | undefined, code: string, message: string): T {
  if (value !== undefined) return value
  throw new TerraceError(code, message, { blame: 'internal' })
}
