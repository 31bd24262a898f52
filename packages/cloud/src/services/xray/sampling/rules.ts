import type { Clock, Instant } from '@terrace/kit'
import type { SamplingRule } from '@terrace/model'
import { InvalidRequestException, RuleLimitExceededException } from '../errors.ts'
import { MOST_RULES } from '../limits.ts'
import type { Settings, StoredRule } from '../store.ts'

/** What may be said of a rule, beside its name. */
export type RuleDefinition = Omit<StoredRule, 'name' | 'created' | 'modified' | 'isOfTemplate'>

/** The last of all rules. @see X-Ray Developer Guide, "Configuring sampling rules" */
export const DEFAULT_RULE = 'Default'

const DEFAULTS: RuleDefinition = {
  resourceArn: '*',
  priority: 10_000,
  fixedRate: 0.05,
  reservoirSize: 1,
  serviceName: '*',
  serviceType: '*',
  host: '*',
  httpMethod: '*',
  urlPath: '*',
  attributes: {},
}

/** Where rules are at home. */
export interface RuleHome {
  readonly region: string
  readonly account: string
}

/** Sampling rules by name. The one that is called Default is there from the beginning. */
export class SamplingRules {
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #home: RuleHome
  readonly #started: Instant
  #lastModified: Instant

  constructor(settings: Settings, clock: Clock, home: RuleHome) {
    this.#settings = settings
    this.#clock = clock
    this.#home = home
    this.#started = clock.now()
    this.#lastModified = Math.max(0, ...settings.rules.map(({ modified }) => modified)) || this.#started
  }

  /** By priority. */
  get all(): readonly StoredRule[] {
    const stored = this.#settings.rules
    const initial = {
      name: DEFAULT_RULE,
      ...DEFAULTS,
      created: this.#started,
      modified: this.#started,
      isOfTemplate: false,
    }
    const all = stored.some(({ name }) => name === DEFAULT_RULE) ? stored : [...stored, initial]
    return [...all].sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1))
  }

  /** When a rule was made, changed or deleted last. */
  get lastModified(): Instant {
    return this.#lastModified
  }

  arnOf(name: string): string {
    const { region, account } = this.#home
    return `arn:aws:xray:${region}:${account}:sampling-rule/${name}`
  }

  find(name: string): StoredRule | undefined {
    return this.all.find(rule => rule.name === name)
  }

  /** By one of both. @throws InvalidRequestException when there is none */
  get(name: string | undefined, arn: string | undefined): StoredRule {
    if ((name === undefined) === (arn === undefined)) {
      throw new InvalidRequestException('Specify either RuleName or RuleARN, and not both.')
    }
    const found = this.all.find(rule => rule.name === name || this.arnOf(rule.name) === arn)
    if (!found) throw new InvalidRequestException(`Sampling rule does not exist: ${name ?? arn}`)
    return found
  }

  /** @throws InvalidRequestException, RuleLimitExceededException */
  create(name: string, definition: RuleDefinition): StoredRule {
    if (this.find(name)) throw new InvalidRequestException(`Sampling rule already exists: ${name}`)
    if (this.#settings.rules.filter(rule => rule.name !== DEFAULT_RULE).length >= MOST_RULES) {
      throw new RuleLimitExceededException(MOST_RULES)
    }
    const now = this.#clock.now()
    return this.#put({ name, ...definition, created: now, modified: now, isOfTemplate: false })
  }

  /** @throws InvalidRequestException */
  update(rule: StoredRule, changes: Partial<RuleDefinition>): StoredRule {
    if (rule.name === DEFAULT_RULE) {
      const other = Object.keys(changes).find(key => key !== 'fixedRate' && key !== 'reservoirSize')
      if (other)
        throw new InvalidRequestException('Only FixedRate and ReservoirSize of the default rule can be changed.')
    }
    return this.#put({ ...rule, ...changes, modified: this.#clock.now() })
  }

  /** @throws InvalidRequestException */
  delete(rule: StoredRule): void {
    if (rule.name === DEFAULT_RULE) throw new InvalidRequestException('The default sampling rule cannot be deleted.')
    this.#settings.setTags(this.arnOf(rule.name), {})
    this.#set(this.#settings.rules.filter(({ name }) => name !== rule.name))
  }

  /** Makes the rules of the template, with what it says now; those that an earlier one had go. */
  adopt(nodes: readonly SamplingRule[]): void {
    const kept = this.#settings.rules.filter(
      ({ name, isOfTemplate }) => !isOfTemplate || nodes.some(node => node.name === name),
    )
    const now = this.#clock.now()
    const rules = nodes.map(({ name, definition }): StoredRule => {
      const before = kept.find(rule => rule.name === name)
      return { name, ...definition, created: before?.created ?? now, modified: now, isOfTemplate: true }
    })
    if (rules.length === 0 && kept.length === this.#settings.rules.length) return
    this.#set([...kept.filter(({ name }) => !rules.some(rule => rule.name === name)), ...rules])
    for (const { name, tags } of nodes) this.#settings.setTags(this.arnOf(name), tags)
  }

  #put(rule: StoredRule): StoredRule {
    this.#set([...this.#settings.rules.filter(({ name }) => name !== rule.name), rule])
    return rule
  }

  #set(rules: readonly StoredRule[]): void {
    this.#settings.setRules(rules)
    this.#lastModified = this.#clock.now()
  }
}
