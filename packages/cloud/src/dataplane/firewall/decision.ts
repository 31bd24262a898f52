import type { CustomHeader } from '@terrace/model'
import type { Counted } from './messages.ts'
import type { RateMatch } from './rate-matcher.ts'
import type { MatchDetail } from './statement.ts'

/** What a rule can do. */
export type ActionName = 'ALLOW' | 'BLOCK' | 'COUNT'

/** A rule that matched, as records have it. */
export interface NamedMatch {
  readonly ruleId: string
  readonly action: ActionName
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
  readonly counts: readonly Counted[]
}

/** How a request is refused. */
export interface BlockResponse {
  readonly status: number
  /** It is the user's own, not AWS's. */
  readonly custom: boolean
  readonly headers: readonly CustomHeader[]
  readonly body?: { readonly contentType: string; readonly text: string }
}
