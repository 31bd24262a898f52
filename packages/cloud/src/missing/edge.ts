import { displayName, type FirewallStatement, nodesOf } from '@terrace/model'
import type { MissingFeature } from './feature.ts'

/** Groups of AWS whose lists of addresses only AWS has. */
const LISTS = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesAnonymousIpList']

const groupOf = ({ ManagedRuleGroupStatement }: FirewallStatement): string => ManagedRuleGroupStatement?.Name ?? ''

/** Distributions, and web ACLs. */
export const EDGE: readonly MissingFeature[] = [
  {
    properties: ['AWS::WAFv2::WebACL Rules[].Statement.ManagedRuleGroupStatement.Name'],
    partly: true,
    askedFor: architecture =>
      nodesOf(architecture, 'webAcl').flatMap(acl =>
        acl.rules
          .filter(({ Statement }) => LISTS.includes(groupOf(Statement)))
          .map(({ Statement }) => `the list of addresses of ${groupOf(Statement)} in ${displayName(acl)}`),
      ),
    consequence: 'nobody is on it',
  },
]
