import type { Instant } from '@terrace/kit'
import type { CustomHeader, CustomResponseBodies, FirewallAction, FirewallRule, GroupOverrides } from '@terrace/model'
import type { RequestFacts } from './facts.ts'
import { MANAGED_GROUPS } from './managed/groups.ts'
import type { FirewallConfig, FirewallGroup, RuleCount } from './messages.ts'
import { RateCounter } from './rate.ts'
import { compileRate, type RateMatch, type RateMatcher } from './rate-matcher.ts'
import { compileStatement, type Inspection, type MatchDetail, type Matcher, type Named } from './statement.ts'

export type { MatchDetail } from './statement.ts'

/** A rule that matched, as records have it. */
export interface NamedMatch {
  readonly ruleId: string
  readonly action: 'ALLOW' | 'BLOCK' | 'COUNT'
  readonly ruleMatchDetails: readonly MatchDetail[]
  /** What the rule itself says, where the web ACL has changed it. */
  readonly overriddenAction?: string
}

/** What a rule group found, as records have it. */
export interface GroupMatch {
  readonly ruleGroupId: string
  readonly terminatingRule: NamedMatch | null
  readonly nonTerminatingMatchingRules: readonly NamedMatch[]
  readonly excludedRules: readonly { readonly exclusionType: 'EXCLUDED_AS_COUNT'; readonly ruleId: string }[] | null
  readonly customerConfig: null
}

/** What becomes of a request. */
export interface Decision {
  readonly action: 'ALLOW' | 'BLOCK'
  /** The rule's name, or `Default_Action`. */
  readonly terminatingRule: string
  readonly terminatingType: 'REGULAR' | 'RATE_BASED' | 'GROUP' | 'MANAGED_RULE_GROUP'
  readonly matchDetails: readonly MatchDetail[]
  readonly counted: readonly NamedMatch[]
  readonly groups: readonly GroupMatch[]
  readonly rates: readonly RateMatch[]
  readonly labels: readonly string[]
  /** Header fields for the request, without their `x-amzn-waf-`. */
  readonly inserted: readonly CustomHeader[]
  /** When it is blocked. */
  readonly response?: BlockResponse
  /** For metrics: once each. */
  readonly counts: readonly Omit<RuleCount, 'count'>[]
}

export interface BlockResponse {
  readonly status: number
  /** It is the user's own, not AWS's. */
  readonly custom: boolean
  readonly headers: readonly CustomHeader[]
  readonly body?: { readonly contentType: string; readonly text: string }
}

/** A web ACL that is ready to decide. */
export interface Firewall {
  readonly config: FirewallConfig
  /** Some rule looks at bodies. */
  readonly needsBody: boolean
  decide(facts: RequestFacts, now: Instant): Decision
  /** By rule: the keys that are limited, with their requests in the window. */
  limited(now: Instant): Readonly<Record<string, ReadonlyMap<string, number>>>
  readonly rates: ReadonlyMap<string, RateCounter>
}

type ActionName = 'ALLOW' | 'BLOCK' | 'COUNT'

interface CompiledRule {
  readonly rule: FirewallRule
  readonly labels: readonly string[]
  readonly scope: Matcher | undefined
  readonly single?: Matcher
  readonly rate?: RateMatcher
  readonly group?: CompiledGroup
}

interface CompiledGroup {
  readonly id: string
  readonly managed: boolean
  /** Of the group that the account has made. */
  readonly metric: string | undefined
  readonly rules: readonly CompiledRule[]
  readonly excluded: ReadonlySet<string>
  readonly overrides: ReadonlyMap<string, FirewallAction>
  readonly bodies: CustomResponseBodies
}

/**
 * Compiles a web ACL once; asked for each request, it tells by its rules and the request alone, and by the rates so far.
 *
 * @param before  what ran until now: rules whose rate settings are the same go on counting
 * @throws TerraceError FIREWALL_PATTERN
 * @see WAF Developer Guide, "How AWS WAF handles rule and rule group actions in a protection pack (web ACL)"
 */
export function compileFirewall(config: FirewallConfig, now: Instant, before?: Firewall): Firewall {
  const rates = new Map<string, RateCounter>()
  const byName = new Map<string, RateCounter>()
  const named = (labelNamespace: string): Named => ({ ...config, labelNamespace })

  const compile = (rule: FirewallRule, namespace: string, path: string): CompiledRule => {
    const { Statement } = rule
    const labels = (rule.RuleLabels ?? []).map(({ Name }) =>
      Name.startsWith('awswaf:') ? Name : `${namespace}${Name}`,
    )
    const { RateBasedStatement, ManagedRuleGroupStatement, RuleGroupReferenceStatement } = Statement
    const inside = named(namespace)
    if (RateBasedStatement) {
      const key = `${path}${rule.Name} ${JSON.stringify(RateBasedStatement)}`
      const counter =
        before?.rates.get(key) ??
        new RateCounter(RateBasedStatement.Limit, RateBasedStatement.EvaluationWindowSec ?? 300, now)
      rates.set(key, counter)
      byName.set(`${path}${rule.Name}`, counter)
      const rate = compileRate(rule.Name, RateBasedStatement, counter, inside)
      return { rule, labels, scope: undefined, rate }
    }
    if (ManagedRuleGroupStatement) {
      const { VendorName, Name, ScopeDownStatement } = ManagedRuleGroupStatement
      const found = MANAGED_GROUPS.find(group => VendorName === 'AWS' && group.name === Name)
      const id = `${VendorName}#${Name}`
      const scope = ScopeDownStatement && compileStatement(ScopeDownStatement, inside)
      const group = groupOf(id, ManagedRuleGroupStatement, found && { ...found, customResponseBodies: {} }, true)
      return { rule, labels, scope, group }
    }
    if (RuleGroupReferenceStatement) {
      const { ARN } = RuleGroupReferenceStatement
      const group = groupOf(ARN, RuleGroupReferenceStatement, config.groups[ARN], false)
      return { rule, labels, scope: undefined, group }
    }
    return { rule, labels, scope: undefined, single: compileStatement(Statement, inside) }
  }

  const groupOf = (
    id: string,
    { ExcludedRules = [], RuleActionOverrides = [] }: GroupOverrides,
    group:
      | (Pick<FirewallGroup, 'labelNamespace' | 'rules' | 'customResponseBodies'> & Partial<FirewallGroup>)
      | undefined,
    managed: boolean,
  ): CompiledGroup => ({
    id,
    managed,
    metric: group?.visibility?.MetricName,
    rules: inOrder(group?.rules ?? []).map(rule => compile(rule, group?.labelNamespace ?? '', `${id}/`)),
    excluded: new Set(ExcludedRules.map(({ Name }) => Name)),
    overrides: new Map(RuleActionOverrides.map(({ Name, ActionToUse }) => [Name, ActionToUse])),
    bodies: group?.customResponseBodies ?? {},
  })

  const rules = inOrder(config.rules).map(rule => compile(rule, config.labelNamespace, ''))
  return {
    config,
    needsBody: rules.some(needsBody),
    rates,
    decide: (facts, at) => new Evaluation(config, facts, at).run(rules),
    limited(at) {
      for (const counter of byName.values()) counter.check(at)
      return Object.fromEntries([...byName].map(([name, counter]) => [name, counter.limited]))
    },
  }
}

const inOrder = (rules: readonly FirewallRule[]) => [...rules].sort((a, b) => a.Priority - b.Priority)

const needsBody = ({ single, scope, rate, group }: CompiledRule): boolean =>
  single?.needsBody === true ||
  scope?.needsBody === true ||
  rate?.needsBody === true ||
  (group?.rules.some(needsBody) ?? false)

const nameOf = (action: FirewallAction): ActionName => (action.Block ? 'BLOCK' : action.Count ? 'COUNT' : 'ALLOW')

class Evaluation {
  readonly #config: FirewallConfig
  readonly #now: Instant
  readonly #inspection: Inspection
  readonly #counted: NamedMatch[] = []
  readonly #groups: GroupMatch[] = []
  readonly #rates: RateMatch[] = []
  readonly #inserted: CustomHeader[] = []
  readonly #counts: Omit<RuleCount, 'count'>[] = []

  constructor(config: FirewallConfig, facts: RequestFacts, now: Instant) {
    this.#config = config
    this.#now = now
    this.#inspection = { facts, labels: new Set(), details: [] }
  }

  run(rules: readonly CompiledRule[]): Decision {
    for (const compiled of rules) {
      const decided = compiled.group ? this.#group(compiled, compiled.group) : this.#rule(compiled)
      if (decided) return decided
    }
    const { defaultAction, customResponseBodies } = this.#config
    return this.#end(defaultAction, 'Default_Action', 'REGULAR', [], customResponseBodies, 'Default_Action')
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
    if (metric !== undefined) this.#counts.push({ rule: metric, action: 'COUNT' })
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
      const { Name, Action: own = {}, VisibilityConfig } = inner.rule
      const isExcluded = group.excluded.has(Name)
      const action = isExcluded ? { Count: {} } : (group.overrides.get(Name) ?? own)
      const overridden = group.overrides.has(Name) ? { overriddenAction: nameOf(own) } : {}
      const match = { ruleId: Name, action: nameOf(action), ruleMatchDetails: details, ...overridden }
      if (group.metric !== undefined && VisibilityConfig.CloudWatchMetricsEnabled) {
        this.#counts.push({ rule: VisibilityConfig.MetricName, group: group.metric, action: match.action })
      }
      if (isExcluded) excluded.push(Name)
      if (action.Count) {
        this.#insert(action)
        if (!isExcluded) found.push(match)
        continue
      }
      end(match)
      if (rule.OverrideAction?.Count) {
        this.#counted.push({ ruleId: rule.Name, action: 'COUNT', ruleMatchDetails: details })
        if (metric !== undefined) this.#counts.push({ rule: metric, action: 'COUNT' })
        return undefined
      }
      const type = group.managed ? 'MANAGED_RULE_GROUP' : 'GROUP'
      return this.#end(action, rule.Name, type, details, group.bodies, metric)
    }
    end(null)
    return undefined
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
    if (this.#config.visibility.CloudWatchMetricsEnabled) {
      if (metric !== undefined) this.#counts.push({ rule: metric, action: name })
      this.#counts.push({ rule: 'ALL', action: name })
      if (this.#counts.some(count => count.action === 'COUNT' && count.group === undefined)) {
        this.#counts.push({ rule: 'ALL', action: 'COUNT' })
      }
    }
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
