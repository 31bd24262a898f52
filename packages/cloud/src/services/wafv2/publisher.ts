import type { NodeId } from '@terrace/model'
import type { FirewallConfig } from '../../dataplane/firewall/messages.ts'
import type { DataPlane } from '../../ports.ts'
import type { World } from '../../world.ts'
import type { StoredWebAcl } from './entity.ts'
import type { Firewalls } from './state.ts'

/** Tells the data plane what stands before balancers and distributions: what has changed since it was told last. */
export class Publisher {
  readonly #world: Pick<World, 'architecture'>
  readonly #firewalls: Firewalls
  readonly #dataPlane: DataPlane
  readonly #told = new Map<string, string>()

  constructor(world: Pick<World, 'architecture'>, firewalls: Firewalls, dataPlane: DataPlane) {
    this.#world = world
    this.#firewalls = firewalls
    this.#dataPlane = dataPlane
  }

  update(): void {
    const guarded = new Map<NodeId, string>()
    for (const node of this.#world.architecture.nodes) {
      const acl =
        node.kind === 'loadBalancer'
          ? this.#firewalls.associations[node.arn]
          : node.kind === 'distribution'
            ? node.webAcl
            : undefined
      if (acl !== undefined && this.#firewalls.find(acl)?.kind === 'webacl') guarded.set(node.id, acl)
    }
    for (const arn of new Set(guarded.values())) {
      const config = this.#configOf(this.#firewalls.webAcl(arn))
      if (this.#isNew(arn, JSON.stringify(config))) this.#dataPlane.send({ type: 'firewall', config })
    }
    for (const { id, kind } of this.#world.architecture.nodes) {
      if (kind !== 'loadBalancer' && kind !== 'distribution') continue
      const acl = guarded.get(id) ?? null
      if (acl === null && !this.#told.has(id)) continue
      if (this.#isNew(id, String(acl))) this.#dataPlane.send({ type: 'guard', resource: id, acl })
    }
  }

  #isNew(key: string, text: string): boolean {
    if (this.#told.get(key) === text) return false
    this.#told.set(key, text)
    return true
  }

  #configOf(acl: StoredWebAcl): FirewallConfig {
    const { account } = this.#world.architecture
    const groups = this.#firewalls.list('rulegroup', acl.Scope).map(group => [
      group.ARN,
      {
        name: group.Name,
        labelNamespace: `awswaf:${account}:rulegroup:${group.Name}:`,
        rules: group.Rules,
        visibility: group.VisibilityConfig,
        customResponseBodies: group.CustomResponseBodies,
      },
    ])
    const sets = this.#firewalls.list('ipset', acl.Scope).map(({ ARN, Addresses }) => [ARN, Addresses])
    const patterns = this.#firewalls
      .list('regexpatternset', acl.Scope)
      .map(({ ARN, RegularExpressionList }) => [ARN, RegularExpressionList.map(({ RegexString }) => RegexString)])
    return {
      arn: acl.ARN,
      name: acl.Name,
      scope: acl.Scope,
      labelNamespace: `awswaf:${account}:webacl:${acl.Name}:`,
      defaultAction: acl.DefaultAction,
      rules: acl.Rules,
      visibility: acl.VisibilityConfig,
      customResponseBodies: acl.CustomResponseBodies,
      ipSets: Object.fromEntries(sets),
      patternSets: Object.fromEntries(patterns),
      groups: Object.fromEntries(groups),
      logged: this.#firewalls.logging.some(({ ResourceArn }) => ResourceArn === acl.ARN),
    }
  }
}
