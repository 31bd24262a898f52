import type {
  CustomResponseBodies,
  FirewallAction,
  FirewallRule,
  FirewallScope,
  FirewallVisibility,
} from '@terrace/model'
import type { ActionName } from './decision.ts'
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

/** How often something happened, as metrics have it. @see WAF Developer Guide, "AWS WAF metrics and dimensions" */
export type RuleCount = Counted & { readonly count: number }

/** What is counted: what a rule did, or what became of requests with a label. `PASS`: no rule of a group matched. */
export type Counted = (
  | {
      readonly of: 'rule'
      /** `ALL`, `Default_Action`, or the metric name of a rule. */
      readonly rule: string
      /** The metric name of the account's own rule group that the rule is in. */
      readonly group?: string
    }
  /** A rule of a group of AWS, both by their names. */
  | { readonly of: 'managed'; readonly rule: string; readonly group: string }
  /** `group`: the label is from a rule there that counts. */
  | { readonly of: 'label'; readonly label: string; readonly group?: string }
) & { readonly action: ActionName | 'PASS' }

/** What a web ACL did since the last report. */
export interface FirewallReport {
  /** ARN of the web ACL. */
  readonly acl: string
  readonly counts: readonly RuleCount[]
  /** Everything when it is logged, else a sample. */
  readonly records: readonly LogRecord[]
  /** Requests that there were. */
  readonly requests: number
  /** By the name of the rule, or `Default_Action`: those that it ended or counted. */
  readonly matched: Readonly<Record<string, number>>
  /** By rule: the keys that are limited now with their requests in the window. Absent: as before. */
  readonly limited?: Readonly<Record<string, Readonly<Record<string, number>>>>
}
