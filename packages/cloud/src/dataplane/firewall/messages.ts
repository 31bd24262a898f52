import type {
  CustomResponseBodies,
  FirewallAction,
  FirewallRule,
  FirewallScope,
  FirewallVisibility,
} from '@terrace/model'
import type { LogRecord } from './record.ts'

/** A web ACL with everything that it names. */
export interface FirewallConfig {
  readonly arn: string
  readonly name: string
  readonly scope: FirewallScope
  /** Before its labels: `awswaf:123456789012:webacl:main:`. */
  readonly labelNamespace: string
  readonly defaultAction: FirewallAction
  readonly rules: readonly FirewallRule[]
  readonly visibility: FirewallVisibility
  readonly customResponseBodies: CustomResponseBodies
  /** By ARN. */
  readonly ipSets: Readonly<Record<string, readonly string[]>>
  readonly patternSets: Readonly<Record<string, readonly string[]>>
  readonly groups: Readonly<Record<string, FirewallGroup>>
  /** Every record is wanted, not only a sample. */
  readonly logged: boolean
}

/** A rule group that a web ACL names. */
export interface FirewallGroup {
  readonly name: string
  readonly labelNamespace: string
  readonly rules: readonly FirewallRule[]
  readonly visibility: FirewallVisibility
  readonly customResponseBodies: CustomResponseBodies
}

/** What a rule did, by the names of metrics. */
export interface RuleCount {
  /** `ALL`, `Default_Action`, or the metric name of a rule. */
  readonly rule: string
  /** The metric name of the rule group that the rule is in. */
  readonly group?: string
  readonly action: 'ALLOW' | 'BLOCK' | 'COUNT'
  readonly count: number
}

/** What a web ACL did since the last report. */
export interface FirewallReport {
  /** ARN of the web ACL. */
  readonly acl: string
  readonly counts: readonly RuleCount[]
  /** Everything when it is logged, else a sample. */
  readonly records: readonly LogRecord[]
  /** Requests that there were. */
  readonly requests: number
  /** By rule: the keys that are limited now with their requests in the window. Absent: as before. */
  readonly limited?: Readonly<Record<string, Readonly<Record<string, number>>>>
}
