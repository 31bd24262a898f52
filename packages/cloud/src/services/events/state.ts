import type { NodeId } from '@terrace/model'
import type { World } from '../../world.ts'
import {
  LimitExceededException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  ValidationException,
} from './errors.ts'
import { MOST_BUSES, MOST_RULES } from './limits.ts'
import { busArn, busName, DEFAULT_BUS, type Home } from './names.ts'
import { Rule } from './rule.ts'
import { Store } from './store.ts'
import type { StoredBus, StoredRule } from './stored.ts'

/** What buses and rules need. */
export type EventsWorld = Pick<World, 'architecture' | 'clock' | 'folders' | 'journal'>

/** The buses of the account with their rules. They stay until they are deleted, or until `terrace reset`. */
export class Buses {
  readonly home: Home
  readonly #world: EventsWorld
  readonly #store: Store
  readonly #buses = new Map<string, StoredBus>()
  readonly #rules = new Map<string, Rule>()
  readonly #listeners = new Set<() => void>()

  /** @throws TerraceError EVENTS_STATE_CORRUPT */
  constructor(world: EventsWorld) {
    this.home = world.architecture
    this.#world = world
    this.#store = new Store(world.folders.data)
    const { buses, rules } = this.#store.load()
    for (const bus of buses) this.#buses.set(bus.name, bus)
    if (!this.#buses.has(DEFAULT_BUS)) this.#buses.set(DEFAULT_BUS, this.#newBus(DEFAULT_BUS))
    for (const rule of rules) this.#rules.set(keyOf(rule), new Rule(this.home, rule))
  }

  /** Is called after every change of a rule. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** By name. */
  list(): readonly StoredBus[] {
    return [...this.#buses.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(nameOrArn: string): StoredBus | undefined {
    return this.#buses.get(busName(this.home, nameOrArn))
  }

  /** @throws ResourceNotFoundException */
  get(nameOrArn: string): StoredBus {
    const bus = this.find(nameOrArn)
    if (!bus) throw ResourceNotFoundException.bus(busName(this.home, nameOrArn))
    return bus
  }

  arnOf(nameOrArn: string): string {
    return busArn(this.home, busName(this.home, nameOrArn))
  }

  /** @throws ResourceAlreadyExistsException, LimitExceededException */
  create(name: string, rest: Partial<StoredBus>): StoredBus {
    if (this.#buses.has(name)) throw new ResourceAlreadyExistsException(name)
    if (this.#buses.size >= MOST_BUSES) throw new LimitExceededException()
    const bus = { ...this.#newBus(name), ...rest }
    this.#keepBus(bus)
    this.#tell('busCreated', `the event bus ${name} was created`, bus.node)
    return bus
  }

  change(name: string, changed: Partial<StoredBus>): StoredBus {
    const bus = { ...this.get(name), ...changed, modifiedAt: this.#world.clock.now() }
    this.#keepBus(bus)
    return bus
  }

  /** One that isn't there is deleted already. @throws ValidationException */
  delete(name: string): void {
    if (name === DEFAULT_BUS) throw new ValidationException('Cannot delete event bus default.')
    const bus = this.#buses.get(name)
    if (!bus) return
    if (this.rulesOf(name).length > 0) {
      throw new ValidationException(`Event bus ${name} can't be deleted since it has rules.`)
    }
    this.#save({ buses: this.list().filter(each => each !== bus) })
    this.#buses.delete(name)
    this.#tell('busDeleted', `the event bus ${name} was deleted`, bus.node)
  }

  /** Every rule, by bus and name. */
  rules(): readonly Rule[] {
    return [...this.#rules.values()].sort((a, b) => (keyOf(a.stored) < keyOf(b.stored) ? -1 : 1))
  }

  /** By name. */
  rulesOf(bus: string): readonly Rule[] {
    return this.rules().filter(({ stored }) => stored.bus === bus)
  }

  findRule(bus: string, name: string): Rule | undefined {
    return this.#rules.get(keyOf({ bus, name }))
  }

  /** @throws ResourceNotFoundException */
  rule(bus: string, name: string): Rule {
    this.get(bus)
    const rule = this.findRule(bus, name)
    if (!rule) throw ResourceNotFoundException.rule(name, bus)
    return rule
  }

  /** Makes a rule or replaces the one with that name. @throws InvalidEventPatternException, ValidationException, LimitExceededException */
  putRule(stored: StoredRule): Rule {
    const before = this.#rules.get(keyOf(stored))
    if (!before && this.rulesOf(stored.bus).length >= MOST_RULES) throw new LimitExceededException()
    const rule = new Rule(this.home, stored)
    this.#save({ rules: [...this.#otherRules(stored), stored] })
    this.#rules.set(keyOf(stored), rule)
    if (!before) this.#tell('ruleCreated', `the rule ${stored.name} on ${stored.bus} was created`, stored.node)
    this.#changed()
    return rule
  }

  deleteRule(rule: Rule): void {
    this.#save({ rules: this.#otherRules(rule.stored) })
    this.#rules.delete(keyOf(rule.stored))
    const { name, bus, node } = rule.stored
    this.#tell('ruleDeleted', `the rule ${name} on ${bus} was deleted`, node)
    this.#changed()
  }

  #otherRules(rule: Pick<StoredRule, 'bus' | 'name'>): readonly StoredRule[] {
    return this.rules().flatMap(({ stored }) => (keyOf(stored) === keyOf(rule) ? [] : stored))
  }

  #keepBus(bus: StoredBus): void {
    this.#save({ buses: [...this.list().filter(({ name }) => name !== bus.name), bus] })
    this.#buses.set(bus.name, bus)
  }

  /** Only what is in the file has happened: a change that can't be written is not made at all. */
  #save({
    buses = this.list(),
    rules = this.rules().map(({ stored }) => stored),
  }: {
    readonly buses?: readonly StoredBus[]
    readonly rules?: readonly StoredRule[]
  }): void {
    this.#store.save({ buses: [...buses], rules: [...rules] })
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }

  #newBus(name: string): StoredBus {
    const now = this.#world.clock.now()
    return { name, description: '', tags: {}, createdAt: now, modifiedAt: now }
  }

  #tell(what: string, message: string, node: NodeId | undefined): void {
    this.#world.journal.write({ kind: `events.${what}`, ...(node === undefined ? {} : { node }), message })
  }
}

const keyOf = ({ bus, name }: Pick<StoredRule, 'bus' | 'name'>): string => `${bus}|${name}`
