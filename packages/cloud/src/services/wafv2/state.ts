import type { FirewallLogConfig, FirewallScope } from '@terrace/model'
import type { World } from '../../world.ts'
import { capacityOf } from './capacity.ts'
import { checkAddresses } from './check-addresses.ts'
import { checkAction, checkRules, checkVisibility, type Known } from './check-rules.ts'
import { checkExpression } from './check-statement.ts'
import type { Entity, EntityKind, EntityOf, StoredWebAcl } from './entity.ts'
import {
  WAFAssociatedItemException,
  WAFDuplicateItemException,
  WAFLimitsExceededException,
  WAFNonexistentItemException,
  WAFOptimisticLockException,
} from './errors.ts'
import { MOST_CAPACITY, MOST_OF_A_KIND } from './limits.ts'
import { Store } from './store.ts'

/** What web ACLs and their parts need. */
export type FirewallWorld = Pick<World, 'architecture' | 'folders' | 'journal' | 'random'>

/** Web ACLs, rule groups, IP sets and sets of expressions, and what they guard. They stay until they are deleted. */
export class Firewalls {
  readonly #world: FirewallWorld
  readonly #store: Store
  #entities: readonly Entity[]
  #associations: Readonly<Record<string, string>>
  #logging: readonly FirewallLogConfig[]
  /** Called after every change. */
  onChange: () => void = () => {}

  /** @throws TerraceError WAF_STATE_CORRUPT */
  constructor(world: FirewallWorld) {
    this.#world = world
    this.#store = new Store(world.folders.data)
    const { entities, associations, logging } = this.#store.load()
    this.#entities = entities
    this.#associations = associations
    this.#logging = logging
  }

  /** In the order of their names. */
  list<K extends EntityKind>(kind: K, scope?: FirewallScope): readonly EntityOf<K>[] {
    const isOfKind = (entity: Entity): entity is EntityOf<K> => entity.kind === kind
    return this.#entities
      .filter(isOfKind)
      .filter(({ Scope }) => scope === undefined || Scope === scope)
      .sort((a, b) => (a.Name < b.Name ? -1 : 1))
  }

  find(arn: string): Entity | undefined {
    return this.#entities.find(({ ARN }) => ARN === arn)
  }

  /** @throws WAFNonexistentItemException */
  get<K extends EntityKind>(kind: K, scope: FirewallScope, name: string, id: string): EntityOf<K> {
    const found = this.list(kind, scope).find(each => each.Id === id && each.Name === name)
    if (!found) throw new WAFNonexistentItemException()
    return found
  }

  /** @throws WAFNonexistentItemException */
  webAcl(arn: string): StoredWebAcl {
    const found = this.find(arn)
    if (found?.kind !== 'webacl') throw new WAFNonexistentItemException()
    return found
  }

  arnOf(kind: EntityKind, scope: FirewallScope, name: string, id: string): string {
    const { region, account } = this.#world.architecture
    const place = scope === 'CLOUDFRONT' ? 'global' : 'regional'
    return `arn:aws:wafv2:${region}:${account}:${place}/${kind}/${name}/${id}`
  }

  newToken(): string {
    return this.#world.random.uuid()
  }

  /** @throws WAFDuplicateItemException, WAFLimitsExceededException, and what `check` throws */
  create(entity: Entity): void {
    const others = this.list(entity.kind, entity.Scope)
    if (others.some(({ Name }) => Name === entity.Name)) throw new WAFDuplicateItemException()
    if (others.length >= MOST_OF_A_KIND) {
      throw new WAFLimitsExceededException(
        'AWS WAF couldn’t perform the operation because you exceeded your resource limit.',
      )
    }
    this.#check(entity)
    this.#save({ entities: [...this.#entities, entity] })
    this.#tell('created', entity)
  }

  /** Replaces one; its lock token becomes another one. @throws WAFOptimisticLockException, and what `check` throws */
  update(before: Entity, token: string, after: Entity): string {
    if (before.LockToken !== token) throw new WAFOptimisticLockException()
    const LockToken = this.newToken()
    this.put({ ...after, LockToken })
    this.#tell('changed', after)
    return LockToken
  }

  /** Sets one to what it is now, whether it was there or not. */
  put(entity: Entity): void {
    this.#check(entity)
    this.#save({ entities: [...this.#entities.filter(({ ARN }) => ARN !== entity.ARN), entity] })
  }

  /** @throws WAFOptimisticLockException, WAFAssociatedItemException */
  delete(entity: Entity, token: string): void {
    if (entity.LockToken !== token) throw new WAFOptimisticLockException()
    const used = Object.values(this.#associations).includes(entity.ARN) || this.#distributionsOf(entity.ARN).length > 0
    const named = this.#entities.some(
      each => each.ARN !== entity.ARN && 'Rules' in each && JSON.stringify(each.Rules).includes(`"${entity.ARN}"`),
    )
    if (used || named) throw new WAFAssociatedItemException()
    this.drop(entity.ARN)
    this.#tell('deleted', entity)
  }

  /** Takes one away with what is said about it. */
  drop(arn: string): void {
    const kept = Object.entries(this.#associations).filter(([, acl]) => acl !== arn)
    this.#save({
      entities: this.#entities.filter(({ ARN }) => ARN !== arn),
      associations: Object.fromEntries(kept),
      logging: this.#logging.filter(({ ResourceArn }) => ResourceArn !== arn),
    })
  }

  /** ARN of the web ACL by that of the resource. */
  get associations(): Readonly<Record<string, string>> {
    return this.#associations
  }

  /** The resources of a web ACL, distributions too. */
  resourcesOf(acl: string): readonly string[] {
    const own = Object.entries(this.#associations).flatMap(([resource, each]) => (each === acl ? [resource] : []))
    return [...own, ...this.#distributionsOf(acl)]
  }

  /** @param acl  nothing: it is guarded no more */
  associate(resource: string, acl: string | undefined): void {
    const { [resource]: _, ...others } = this.#associations
    this.#save({ associations: acl === undefined ? others : { ...others, [resource]: acl } })
    const what = acl === undefined ? 'is guarded by no web ACL any more' : `is guarded by ${acl}`
    this.#world.journal.write({ kind: 'wafv2.associated', message: `${resource} ${what}`, details: { resource } })
  }

  get logging(): readonly FirewallLogConfig[] {
    return this.#logging
  }

  /** @param config  nothing: no records are kept any more */
  log(acl: string, config: FirewallLogConfig | undefined): void {
    const others = this.#logging.filter(({ ResourceArn }) => ResourceArn !== acl)
    this.#save({ logging: config ? [...others, config] : others })
  }

  /** WCU. */
  capacityOf(rules: StoredWebAcl['Rules']): number {
    return capacityOf(rules, arn => {
      const found = this.find(arn)
      return found?.kind === 'rulegroup' ? found.Capacity : 0
    })
  }

  known(scope: FirewallScope, bodies: Known['bodies']): Known {
    return {
      bodies,
      has: (kind, arn) => this.list(kind, scope).some(({ ARN }) => ARN === arn),
    }
  }

  #check(entity: Entity): void {
    if (entity.kind === 'ipset') return checkAddresses(entity.IPAddressVersion, entity.Addresses)
    if (entity.kind === 'regexpatternset') {
      for (const { RegexString } of entity.RegularExpressionList) checkExpression(RegexString)
      return
    }
    const known = this.known(entity.Scope, entity.CustomResponseBodies)
    checkRules(entity.Rules, known, entity.kind === 'webacl' ? 'web ACL' : 'rule group')
    checkVisibility(entity.VisibilityConfig)
    if (entity.kind === 'webacl') checkAction(entity.DefaultAction, known)
    const most = entity.kind === 'rulegroup' ? Math.min(entity.Capacity, MOST_CAPACITY) : MOST_CAPACITY
    const capacity = this.capacityOf(entity.Rules)
    if (capacity > most) {
      throw new WAFLimitsExceededException(
        `The rules take ${capacity} WCU, which is more than the ${most} that there are.`,
      )
    }
  }

  #distributionsOf(acl: string): readonly string[] {
    return this.#world.architecture.nodes.flatMap(node =>
      node.kind === 'distribution' && node.webAcl === acl ? [node.arn] : [],
    )
  }

  /** Only what is in the file has happened: a change that can't be written is not made at all. */
  #save({
    entities = this.#entities,
    associations = this.#associations,
    logging = this.#logging,
  }: {
    readonly entities?: readonly Entity[]
    readonly associations?: Readonly<Record<string, string>>
    readonly logging?: readonly FirewallLogConfig[]
  }): void {
    // What is kept is read again as it is written.
    this.#store.save(JSON.parse(JSON.stringify({ entities, associations, logging })))
    this.#entities = entities
    this.#associations = associations
    this.#logging = logging
    this.onChange()
  }

  #tell(what: string, { kind, Name, node }: Entity): void {
    const message = `the ${NAMES[kind]} ${Name} was ${what}`
    this.#world.journal.write({ kind: `wafv2.${what}`, ...(node === undefined ? {} : { node }), message })
  }
}

const NAMES: Readonly<Record<EntityKind, string>> = {
  webacl: 'web ACL',
  rulegroup: 'rule group',
  ipset: 'IP set',
  regexpatternset: 'regex pattern set',
}
