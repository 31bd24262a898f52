import { expect, it } from 'vitest'
import { MANAGED_GROUPS } from './groups.ts'

// Source: WAF Developer Guide, "Baseline rule groups", "Use-case specific rule groups", "IP reputation rule groups". Each rule
// with its label.
const DOCUMENTED: Readonly<
  Record<string, readonly [wcu: number, namespace: string, rules: Readonly<Record<string, string>>]>
> = {
  AWSManagedRulesCommonRuleSet: [
    700,
    'core-rule-set',
    {
      NoUserAgent_HEADER: 'NoUserAgent_Header',
      UserAgent_BadBots_HEADER: 'BadBots_Header',
      SizeRestrictions_QUERYSTRING: 'SizeRestrictions_QueryString',
      SizeRestrictions_Cookie_HEADER: 'SizeRestrictions_Cookie_Header',
      SizeRestrictions_BODY: 'SizeRestrictions_Body',
      SizeRestrictions_URIPATH: 'SizeRestrictions_URIPath',
      EC2MetaDataSSRF_BODY: 'EC2MetaDataSSRF_Body',
      EC2MetaDataSSRF_COOKIE: 'EC2MetaDataSSRF_Cookie',
      EC2MetaDataSSRF_URIPATH: 'EC2MetaDataSSRF_URIPath',
      EC2MetaDataSSRF_QUERYARGUMENTS: 'EC2MetaDataSSRF_QueryArguments',
      GenericLFI_QUERYARGUMENTS: 'GenericLFI_QueryArguments',
      GenericLFI_URIPATH: 'GenericLFI_URIPath',
      GenericLFI_BODY: 'GenericLFI_Body',
      RestrictedExtensions_URIPATH: 'RestrictedExtensions_URIPath',
      RestrictedExtensions_QUERYARGUMENTS: 'RestrictedExtensions_QueryArguments',
      GenericRFI_QUERYARGUMENTS: 'GenericRFI_QueryArguments',
      GenericRFI_BODY: 'GenericRFI_Body',
      GenericRFI_URIPATH: 'GenericRFI_URIPath',
      CrossSiteScripting_COOKIE: 'CrossSiteScripting_Cookie',
      CrossSiteScripting_QUERYARGUMENTS: 'CrossSiteScripting_QueryArguments',
      CrossSiteScripting_BODY: 'CrossSiteScripting_Body',
      CrossSiteScripting_URIPATH: 'CrossSiteScripting_URIPath',
    },
  ],
  AWSManagedRulesKnownBadInputsRuleSet: [
    200,
    'known-bad-inputs',
    {
      JavaDeserializationRCE_HEADER: 'JavaDeserializationRCE_Header',
      JavaDeserializationRCE_BODY: 'JavaDeserializationRCE_Body',
      JavaDeserializationRCE_URIPATH: 'JavaDeserializationRCE_URIPath',
      JavaDeserializationRCE_QUERYSTRING: 'JavaDeserializationRCE_QueryString',
      Host_localhost_HEADER: 'Host_Localhost_Header',
      PROPFIND_METHOD: 'Propfind_Method',
      ExploitablePaths_URIPATH: 'ExploitablePaths_URIPath',
      Log4JRCE_HEADER: 'Log4JRCE_Header',
      Log4JRCE_QUERYSTRING: 'Log4JRCE_QueryString',
      Log4JRCE_BODY: 'Log4JRCE_Body',
      Log4JRCE_URIPATH: 'Log4JRCE_URIPath',
      ReactJSRCE_BODY: 'ReactJSRCE_Body',
    },
  ],
  AWSManagedRulesSQLiRuleSet: [
    200,
    'sql-database',
    {
      SQLi_QUERYARGUMENTS: 'SQLi_QueryArguments',
      SQLiExtendedPatterns_QUERYARGUMENTS: 'SQLiExtendedPatterns_QueryArguments',
      SQLi_BODY: 'SQLi_Body',
      SQLiExtendedPatterns_BODY: 'SQLiExtendedPatterns_Body',
      SQLiExtendedPatterns_HEADER: 'SQLiExtendedPatterns_Header',
      SQLiExtendedPatterns_URIPATH: 'SQLiExtendedPatterns_UriPath',
      SQLi_COOKIE: 'SQLi_Cookie',
      SQLi_URIPATH: 'SQLi_URIPath',
    },
  ],
  AWSManagedRulesAmazonIpReputationList: [
    25,
    'amazon-ip-list',
    {
      AWSManagedIPReputationList: 'AWSManagedIPReputationList',
      AWSManagedReconnaissanceList: 'AWSManagedReconnaissanceList',
      AWSManagedIPDDoSList: 'AWSManagedIPDDoSList',
    },
  ],
  AWSManagedRulesAnonymousIpList: [
    50,
    'anonymous-ip-list',
    { AnonymousIPList: 'AnonymousIPList', HostingProviderIPList: 'HostingProviderIPList' },
  ],
}

it.each(Object.entries(DOCUMENTED))('%s has the rules, labels and capacity that AWS documents', (name, documented) => {
  const [capacity, namespace, rules] = documented
  const group = MANAGED_GROUPS.find(each => each.name === name)
  expect(group).toMatchObject({ capacity, labelNamespace: `awswaf:managed:aws:${namespace}:` })
  expect(group?.rules.map(({ Name, RuleLabels }) => [Name, RuleLabels?.map(label => label.Name)])).toEqual(
    Object.entries(rules).map(([rule, label]) => [rule, [`awswaf:managed:aws:${namespace}:${label}`]]),
  )
})

it('all block, but one that counts', () => {
  const others = MANAGED_GROUPS.flatMap(({ rules }) => rules.filter(({ Action }) => !Action?.Block))
  expect(others.map(({ Name, Action }) => [Name, Action])).toEqual([['AWSManagedIPDDoSList', { Count: {} }]])
})
