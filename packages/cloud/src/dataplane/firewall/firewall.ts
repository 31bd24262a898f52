import type { Instant } from '@terrace/kit'
import type { FirewallRule, GroupOverrides } from '@terrace/model'
import type { Decision } from './decision.ts'
import { type CompiledGroup, type CompiledRule, Evaluation } from './evaluation.ts'
import type { RequestFacts } from './facts.ts'
import { MANAGED_GROUPS } from './managed/groups.ts'
import type { FirewallConfig, FirewallGroup } from './messages.ts'
import { RateCounter } from './rate.ts'
import { compileRate } from './rate-matcher.ts'
import { compileStatement, type Named } from './statement.ts'

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
      const group = groupOf(id, ManagedRuleGroupStatement, found && { ...found, customResponseBodies: {} }, Name)
      return { rule, labels, scope, group }
    }
    if (RuleGroupReferenceStatement) {
      const { ARN } = RuleGroupReferenceStatement
      const group = groupOf(ARN, RuleGroupReferenceStatement, config.groups[ARN], undefined)
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
    managed: string | undefined,
  ): CompiledGroup => ({
    id,
    managed,
    metric: group?.visibility?.CloudWatchMetricsEnabled ? group.visibility.MetricName : undefined,
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
