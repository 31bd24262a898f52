import type { Instant } from '@terrace/kit'
import type { CustomHeader, CustomResponseBodies, FirewallAction, FirewallRule } from '@terrace/model'
import type { ActionName, BlockResponse, Decision, GroupMatch, NamedMatch } from './decision.ts'
import type { RequestFacts } from './facts.ts'
import type { Counted, FirewallConfig } from './messages.ts'
import type { RateMatch, RateMatcher } from './rate-matcher.ts'
import type { Inspection, MatchDetail, Matcher } from './statement.ts'

/** A rule, ready to be asked. */
export interface CompiledRule {
  readonly rule: FirewallRule
  readonly labels: readonly string[]
  readonly scope: Matcher | undefined
  readonly single?: Matcher
  readonly rate?: RateMatcher
  readonly group?: CompiledGroup
}

/** A rule group as a web ACL uses it. */
export interface CompiledGroup {
  /** Its ARN, or `AWS#<name>`. */
  readonly id: string
  /** The name of a group of AWS. */
  readonly managed: string | undefined
  /** Of the group that the account has made. */
  readonly metric: string | undefined
  readonly rules: readonly CompiledRule[]
  readonly excluded: ReadonlySet<string>
  readonly overrides: ReadonlyMap<string, FirewallAction>
  readonly bodies: CustomResponseBodies
}

const nameOf = (action: FirewallAction): ActionName => (action.Block ? 'BLOCK' : action.Count ? 'COUNT' : 'ALLOW')

const DEFAULT_ACTION = 'Default_Action'
/** Most labels of a request that are in metrics. */
const MOST_LABELS_COUNTED = 100

/** One request before the rules of a web ACL. */
export class Evaluation {
  readonly #config: FirewallConfig
  readonly #now: Instant
  readonly #inspection: Inspection
  readonly #counted: NamedMatch[] = []
  readonly #groups: GroupMatch[] = []
  readonly #rates: RateMatch[] = []
  readonly #inserted: CustomHeader[] = []
  readonly #counts: Counted[] = []

  constructor(config: FirewallConfig, facts: RequestFacts, now: Instant) {
    this.#config = config
    this.#now = now
    this.#inspection = { facts, labels: new Set(), details: [], seen: new Map() }
  }

  run(rules: readonly CompiledRule[]): Decision {
    for (const compiled of rules) {
      const decided = compiled.group ? this.#group(compiled, compiled.group) : this.#rule(compiled)
      if (decided) return decided
    }
    const { defaultAction, customResponseBodies, visibility } = this.#config
    const metric = visibility.CloudWatchMetricsEnabled ? DEFAULT_ACTION : undefined
    return this.#end(defaultAction, DEFAULT_ACTION, 'REGULAR', [], customResponseBodies, metric)
  }

  #rule(compiled: CompiledRule): Decision | undefined {
    const { rule, rate } = compiled
    const details = this.#match(compiled)
    if (!details) return undefined
    const action = rule.Action ?? {}
    const { MetricName, CloudWatchMetricsEnabled } = rule.VisibilityConfig
    const metric = CloudWatchMetricsEnabled ? MetricName : undefined
    if (!action.Count) {
      const type = rate ? 'RATE_BASED' : 'REGULAR'
      return this.#end(action, rule.Name, type, details, this.#config.customResponseBodies, metric)
    }
    this.#insert(action)
    this.#counted.push({ ruleId: rule.Name, action: 'COUNT', ruleMatchDetails: details })
    if (metric !== undefined) this.#counts.push({ of: 'rule', rule: metric, action: 'COUNT' })
    return undefined
  }

  #group({ rule, scope }: CompiledRule, group: CompiledGroup): Decision | undefined {
    if (scope && !scope.matches(this.#inspection)) return undefined
    const found: NamedMatch[] = []
    const excluded: string[] = []
    const end = (terminatingRule: NamedMatch | null) => {
      const excludedRules = excluded.map(ruleId => ({ exclusionType: 'EXCLUDED_AS_COUNT' as const, ruleId }))
      this.#groups.push({
        ruleGroupId: group.id,
        terminatingRule,
        nonTerminatingMatchingRules: found,
        excludedRules: excludedRules.length > 0 ? excludedRules : null,
        customerConfig: null,
      })
    }
    const metric = rule.VisibilityConfig.CloudWatchMetricsEnabled ? rule.VisibilityConfig.MetricName : undefined
    for (const inner of group.rules) {
      const details = this.#match(inner)
      if (!details) continue
      const { Name, Action: own = {} } = inner.rule
      const isExcluded = group.excluded.has(Name)
      const action = isExcluded ? { Count: {} } : (group.overrides.get(Name) ?? own)
      const overridden = group.overrides.has(Name) ? { overriddenAction: nameOf(own) } : {}
      const match = { ruleId: Name, action: nameOf(action), ruleMatchDetails: details, ...overridden }
      this.#countInGroup(inner, group, match.action)
      if (isExcluded) excluded.push(Name)
      if (action.Count) {
        this.#insert(action)
        if (!isExcluded) found.push(match)
        continue
      }
      end(match)
      if (rule.OverrideAction?.Count) {
        this.#counted.push({ ruleId: rule.Name, action: 'COUNT', ruleMatchDetails: details })
        if (metric !== undefined) this.#counts.push({ of: 'rule', rule: metric, action: 'COUNT' })
        return undefined
      }
      const type = group.managed === undefined ? 'GROUP' : 'MANAGED_RULE_GROUP'
      // What the web ACL puts in the place of an action speaks of the web ACL's own bodies.
      const bodies = group.overrides.has(Name) ? this.#config.customResponseBodies : group.bodies
      return this.#end(action, rule.Name, type, details, bodies, metric)
    }
    end(null)
    if (group.metric !== undefined && found.length + excluded.length === 0) {
      this.#counts.push({ of: 'rule', rule: 'ALL', group: group.metric, action: 'PASS' })
    }
    return undefined
  }

  /** Of the account's own groups what rules did, and all of them together; of AWS's, each rule by its name. */
  #countInGroup({ rule, labels }: CompiledRule, group: CompiledGroup, action: ActionName): void {
    if (group.managed !== undefined) {
      if (!this.#config.visibility.CloudWatchMetricsEnabled) return
      this.#counts.push({ of: 'managed', rule: rule.Name, group: group.managed, action })
    }
    if (group.metric === undefined) return
    const all = { of: 'rule', rule: 'ALL', group: group.metric, action } as const
    if (
      !this.#counts.some(
        each => each.of === 'rule' && each.rule === 'ALL' && each.group === all.group && each.action === action,
      )
    ) {
      this.#counts.push(all)
    }
    if (!rule.VisibilityConfig.CloudWatchMetricsEnabled) return
    this.#counts.push({ ...all, rule: rule.VisibilityConfig.MetricName })
    if (action !== 'COUNT') return
    for (const label of labels) this.#counts.push({ of: 'label', label, group: group.metric, action })
  }

  /** What was found, when the rule matches; its labels are added then. */
  #match({ rate, single, labels }: CompiledRule): readonly MatchDetail[] | undefined {
    const { details } = this.#inspection
    const from = details.length
    const limited = rate?.limited(this.#inspection, this.#now)
    if (limited) this.#rates.push(limited)
    if (!limited && !single?.matches(this.#inspection)) return undefined
    for (const label of labels) this.#inspection.labels.add(label)
    return details.slice(from)
  }

  #insert({ Allow, Count }: FirewallAction): void {
    const handling = (Allow ?? Count)?.CustomRequestHandling
    if (handling) this.#inserted.push(...handling.InsertHeaders)
  }

  #end(
    action: FirewallAction,
    terminatingRule: string,
    terminatingType: Decision['terminatingType'],
    matchDetails: readonly MatchDetail[],
    bodies: CustomResponseBodies,
    metric: string | undefined,
  ): Decision {
    const name = action.Block ? 'BLOCK' : 'ALLOW'
    if (name === 'ALLOW') this.#insert(action)
    if (metric !== undefined) this.#counts.push({ of: 'rule', rule: metric, action: name })
    if (this.#config.visibility.CloudWatchMetricsEnabled) this.#countEnd(name)
    return {
      action: name,
      terminatingRule,
      terminatingType,
      matchDetails,
      counted: this.#counted,
      groups: this.#groups,
      rates: this.#rates,
      labels: [...this.#inspection.labels],
      inserted: this.#inserted,
      ...(action.Block ? { response: responseOf(action.Block, bodies) } : {}),
      counts: this.#counts,
    }
  }

  #countEnd(action: 'ALLOW' | 'BLOCK'): void {
    const counted = this.#counts.some(each => each.action === 'COUNT' && each.of === 'rule' && each.group === undefined)
    this.#counts.push({ of: 'rule', rule: 'ALL', action })
    if (counted) this.#counts.push({ of: 'rule', rule: 'ALL', action: 'COUNT' })
    let labels = 0
    for (const label of this.#inspection.labels) {
      if (labels++ === MOST_LABELS_COUNTED) break
      this.#counts.push({ of: 'label', label, action })
    }
  }
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  TEXT_PLAIN: 'text/plain',
  TEXT_HTML: 'text/html',
  APPLICATION_JSON: 'application/json',
}

function responseOf(
  { CustomResponse }: NonNullable<FirewallAction['Block']>,
  bodies: CustomResponseBodies,
): BlockResponse {
  if (!CustomResponse) return { status: 403, custom: false, headers: [] }
  const body = bodies[CustomResponse.CustomResponseBodyKey ?? '']
  return {
    status: CustomResponse.ResponseCode,
    custom: true,
    headers: CustomResponse.ResponseHeaders ?? [],
    ...(body && { body: { contentType: CONTENT_TYPES[body.ContentType] ?? 'text/plain', text: body.Content } }),
  }
}
