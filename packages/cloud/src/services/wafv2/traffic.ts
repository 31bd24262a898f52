import type { Instant } from '@terrace/kit'
import type { FirewallReport } from '../../dataplane/firewall/messages.ts'
import type { LogRecord } from '../../dataplane/firewall/record.ts'
import type { World } from '../../world.ts'
import type { StoredWebAcl } from './entity.ts'
import { MOST_SAMPLES, SAMPLES_KEPT } from './limits.ts'
import type { RecordLog } from './record-log.ts'
import type { Firewalls } from './state.ts'

const METRICS = { ALLOW: 'AllowedRequests', BLOCK: 'BlockedRequests', COUNT: 'CountedRequests' } as const

/** What web ACLs did to requests: metrics, samples, limited keys, and the log. */
export class Traffic {
  readonly #world: Pick<World, 'architecture' | 'clock' | 'journal' | 'metrics'>
  readonly #firewalls: Firewalls
  readonly #log: RecordLog
  readonly #samples = new Map<string, { readonly at: Instant; readonly record: LogRecord }[]>()
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
    const kept = (this.#samples.get(acl.ARN) ?? []).filter(({ at }) => at > now - SAMPLES_KEPT)
    kept.push(...report.records.map(record => ({ at: now, record })))
    this.#samples.set(acl.ARN, kept.slice(-MOST_SAMPLES))
    this.#log.add(acl, report.records)
  }

  /** The newest requests of a web ACL in a time, oldest first. */
  samplesOf(acl: string, from: Instant, to: Instant): readonly LogRecord[] {
    const all = this.#samples.get(acl) ?? []
    return all.filter(({ at }) => at >= from && at <= to).map(({ record }) => record)
  }

  /** The keys that a rule limits now. */
  limitedBy(acl: string, rule: string): readonly string[] {
    return Object.keys(this.#limited.get(acl)?.[rule] ?? {})
  }

  /** @see WAF Developer Guide, "AWS WAF metrics and dimensions" */
  #count({ Scope, VisibilityConfig }: StoredWebAcl, { counts }: FirewallReport): void {
    const region = Scope === 'CLOUDFRONT' ? {} : { Region: this.#world.architecture.region }
    for (const { rule, group, action, count } of counts) {
      const place = group === undefined ? { WebACL: VisibilityConfig.MetricName } : { RuleGroup: group }
      this.#world.metrics.put({
        namespace: 'AWS/WAFV2',
        name: METRICS[action],
        dimensions: { ...region, ...place, Rule: rule },
        unit: 'Count',
        value: count,
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
