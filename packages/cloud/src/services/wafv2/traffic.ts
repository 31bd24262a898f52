import type { Instant } from '@terrace/kit'
import type { FirewallReport, RuleCount } from '../../dataplane/firewall/messages.ts'
import type { LogRecord } from '../../dataplane/firewall/record.ts'
import type { World } from '../../world.ts'
import type { StoredWebAcl } from './entity.ts'
import { MOST_SAMPLED, MOST_SAMPLES, SAMPLES_KEPT } from './limits.ts'
import type { RecordLog } from './record-log.ts'
import type { Firewalls } from './state.ts'

const METRICS = {
  ALLOW: 'AllowedRequests',
  BLOCK: 'BlockedRequests',
  COUNT: 'CountedRequests',
  PASS: 'PassedRequests',
} as const

/** How many requests there were at a time, and what became of them by the names of rules. */
interface Tally {
  readonly at: Instant
  readonly requests: number
  readonly matched: FirewallReport['matched']
}

/** Of how many requests a sample is, and since when they came. */
export interface Population {
  readonly size: number
  readonly from: Instant
}

/** What web ACLs did to requests: metrics, samples, limited keys, and the log. */
export class Traffic {
  readonly #world: Pick<World, 'architecture' | 'clock' | 'journal' | 'metrics'>
  readonly #firewalls: Firewalls
  readonly #log: RecordLog
  readonly #samples = new Map<string, { readonly at: Instant; readonly record: LogRecord }[]>()
  readonly #tallies = new Map<string, Tally[]>()
  readonly #limited = new Map<string, Readonly<Record<string, Readonly<Record<string, number>>>>>()

  constructor(
    world: Pick<World, 'architecture' | 'clock' | 'journal' | 'metrics'>,
    firewalls: Firewalls,
    log: RecordLog,
  ) {
    this.#world = world
    this.#firewalls = firewalls
    this.#log = log
  }

  receive(report: FirewallReport): void {
    const acl = this.#firewalls.find(report.acl)
    if (acl?.kind !== 'webacl') return
    this.#count(acl, report)
    if (report.limited) this.#limit(acl, report.limited)
    const now = this.#world.clock.now()
    const isKept = ({ at }: { readonly at: Instant }) => at > now - SAMPLES_KEPT
    const kept = (this.#samples.get(acl.ARN) ?? []).filter(isKept)
    kept.push(...report.records.map(record => ({ at: now, record })))
    this.#samples.set(acl.ARN, kept.slice(-MOST_SAMPLES))
    const tallies = (this.#tallies.get(acl.ARN) ?? []).filter(isKept)
    if (report.requests > 0) tallies.push({ at: now, requests: report.requests, matched: report.matched })
    this.#tallies.set(acl.ARN, tallies)
    this.#log.add(acl, report.records)
  }

  /** The newest requests of a web ACL in a time, oldest first. */
  samplesOf(acl: string, from: Instant, to: Instant): readonly LogRecord[] {
    const all = this.#samples.get(acl) ?? []
    return all.filter(({ at }) => at >= from && at <= to).map(({ record }) => record)
  }

  /**
   * The requests in a time of which a sample shows some. `differs:` of more than 5000 these are the newest, not the first
   *
   * @param rule  its name, or `Default_Action`; nothing for all requests
   */
  populationOf(acl: string, rule: string | undefined, from: Instant, to: Instant): Population {
    let size = 0
    for (const { at, requests, matched } of (this.#tallies.get(acl) ?? []).toReversed()) {
      if (at < from || at > to) continue
      size += rule === undefined ? requests : (matched[rule] ?? 0)
      if (size >= MOST_SAMPLED) return { size: MOST_SAMPLED, from: at }
    }
    return { size, from }
  }

  /** The keys that a rule limits now. */
  limitedBy(acl: string, rule: string): readonly string[] {
    return Object.keys(this.#limited.get(acl)?.[rule] ?? {})
  }

  #count({ Scope, VisibilityConfig }: StoredWebAcl, { counts }: FirewallReport): void {
    const region = Scope === 'CLOUDFRONT' ? {} : { Region: this.#world.architecture.region }
    for (const count of counts) {
      this.#world.metrics.put({
        namespace: 'AWS/WAFV2',
        name: METRICS[count.action],
        dimensions: { ...region, ...dimensionsOf(count, VisibilityConfig.MetricName) },
        unit: 'Count',
        value: count.count,
      })
    }
  }

  #limit({ ARN, Name, node }: StoredWebAcl, limited: NonNullable<FirewallReport['limited']>): void {
    const before = this.#limited.get(ARN) ?? {}
    this.#limited.set(ARN, limited)
    for (const rule of new Set([...Object.keys(before), ...Object.keys(limited)])) {
      const was = before[rule] ?? {}
      const is = limited[rule] ?? {}
      for (const [key, requests] of Object.entries(is)) {
        if (key in was) continue
        this.#say(node, rule, key, `the rule ${rule} of ${Name} limits ${key}: ${requests} requests in its window`)
      }
      for (const key of Object.keys(was)) {
        if (!(key in is)) this.#say(node, rule, key, `the rule ${rule} of ${Name} limits ${key} no more`)
      }
    }
  }

  #say(node: string | undefined, rule: string, key: string, message: string): void {
    this.#world.journal.write({
      kind: 'wafv2.rateLimit',
      ...(node === undefined ? {} : { node }),
      message,
      details: { rule, key },
    })
  }
}

/**
 * The names of the dimensions of labels and of rules of AWS are those by which published dashboards find these metrics.
 * @see WAF Developer Guide, "AWS WAF metrics and dimensions"
 */
function dimensionsOf(count: RuleCount, webAcl: string): Readonly<Record<string, string>> {
  switch (count.of) {
    case 'rule':
      return count.group === undefined
        ? { WebACL: webAcl, Rule: count.rule }
        : { RuleGroup: count.group, Rule: count.rule }
    case 'managed':
      return { WebACL: webAcl, ManagedRuleGroup: count.group, ManagedRuleGroupRule: count.rule }
    case 'label': {
      const end = count.label.lastIndexOf(':')
      const label = { LabelNamespace: count.label.slice(0, end), LabelName: count.label.slice(end + 1) }
      return { ...label, ...(count.group === undefined ? { WebACL: webAcl } : { RuleGroup: count.group }) }
    }
  }
}
