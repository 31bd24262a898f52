import type {
  FirewallIdentity,
  FirewallLogging,
  FirewallRuleGroup,
  IpSet,
  LoggingFilter,
  RegexPatternSet,
  WebAcl,
  WebAclAssociation,
} from '@terrace/model'
import { defined } from '../defined.ts'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import { actionOf, customBodiesOf, fieldOf, rulesOf, visibilityOf } from './firewall-rules.ts'
import type { PropertyReader } from './property-reader.ts'

/** Web ACLs of AWS WAF with what they name, what they guard, and their logs. */
export const webAcl: BuilderTable = {
  'AWS::WAFv2::WebACL': node((context): WebAcl => {
    const { properties } = context
    refused(properties, {
      AssociationConfig: 'as much of a body is looked at as AWS does without it',
      CaptchaConfig: 'nobody is asked to solve anything here',
      ChallengeConfig: 'nobody is asked to solve anything here',
      DataProtectionConfig: 'fields are kept out of the log by the logging configuration alone',
      OnSourceDDoSProtectionConfig: 'nobody floods the balancers of AWS here',
    })
    properties.withoutEffect({ TokenDomains: 'there are no tokens' })
    return {
      ...context.base('webAcl'),
      ...identityOf(context),
      defaultAction: actionOf(properties.requiredObject('DefaultAction')),
      rules: rulesOf(properties),
      visibility: visibilityOf(properties.requiredObject('VisibilityConfig')),
      customResponseBodies: customBodiesOf(properties),
    }
  }),
  'AWS::WAFv2::RuleGroup': node((context): FirewallRuleGroup => {
    const { properties } = context
    properties.withoutEffect({
      AvailableLabels: 'AWS makes the list from the rules',
      ConsumedLabels: 'AWS makes the list from the rules',
    })
    return {
      ...context.base('firewallRuleGroup'),
      ...identityOf(context),
      capacity: properties.requiredNumber('Capacity'),
      rules: rulesOf(properties),
      visibility: visibilityOf(properties.requiredObject('VisibilityConfig')),
      customResponseBodies: customBodiesOf(properties),
    }
  }),
  'AWS::WAFv2::IPSet': node((context): IpSet => {
    const { properties } = context
    return {
      ...context.base('ipSet'),
      ...identityOf(context),
      addressVersion: properties.oneOf('IPAddressVersion', ['IPV4', 'IPV6']) ?? 'IPV4',
      addresses: properties.texts('Addresses'),
    }
  }),
  'AWS::WAFv2::RegexPatternSet': node(
    (context): RegexPatternSet => ({
      ...context.base('regexPatternSet'),
      ...identityOf(context),
      expressions: context.properties.texts('RegularExpressionList'),
    }),
  ),
  'AWS::WAFv2::WebACLAssociation': node(
    (context): WebAclAssociation => ({
      ...context.base('webAclAssociation'),
      resourceArn: context.properties.requiredText('ResourceArn'),
      webAclArn: context.properties.requiredText('WebACLArn'),
    }),
  ),
  'AWS::WAFv2::LoggingConfiguration': node((context): FirewallLogging => {
    const { properties } = context
    const destinations = properties.texts('LogDestinationConfigs')
    const other = destinations.find(arn => !['logs', 's3'].includes(arn.split(':')[2] ?? ''))
    if (other !== undefined) {
      throw notModelled(
        properties,
        'LogDestinationConfigs',
        `records go to log groups and buckets alone, not to ${other}`,
      )
    }
    const redacted = properties.objects('RedactedFields').map(fieldOf)
    const filter = properties.object('LoggingFilter')
    return {
      ...context.base('firewallLogging'),
      ResourceArn: properties.requiredText('ResourceArn'),
      LogDestinationConfigs: destinations,
      ...(redacted.length > 0 ? { RedactedFields: redacted } : {}),
      ...defined({ LoggingFilter: filter && filterOf(filter) }),
    }
  }),
}

function identityOf(context: BuildContext): FirewallIdentity {
  const { properties, resource } = context
  properties.readElsewhere('Name')
  const [name = ''] = resource.physicalId.split('|')
  return {
    name,
    arn: context.attribute('Arn'),
    awsId: context.attribute('Id'),
    scope: properties.oneOf('Scope', ['CLOUDFRONT', 'REGIONAL']) ?? 'REGIONAL',
    description: properties.text('Description') ?? '',
  }
}

function refused(properties: PropertyReader, reasons: Readonly<Record<string, string>>): void {
  for (const [key, because] of Object.entries(reasons)) {
    if (properties.has(key)) throw notModelled(properties, key, because)
  }
}

const BEHAVIORS = ['KEEP', 'DROP'] as const

const filterOf = (filter: PropertyReader): LoggingFilter => ({
  DefaultBehavior: filter.oneOf('DefaultBehavior', BEHAVIORS) ?? 'KEEP',
  Filters: filter.objects('Filters').map(each => ({
    Behavior: each.oneOf('Behavior', BEHAVIORS) ?? 'KEEP',
    Requirement: each.oneOf('Requirement', ['MEETS_ALL', 'MEETS_ANY']) ?? 'MEETS_ALL',
    Conditions: each.objects('Conditions').map(condition => {
      const action = condition.object('ActionCondition')
      const label = condition.object('LabelNameCondition')
      return defined({
        ActionCondition: action && { Action: action.requiredText('Action') },
        LabelNameCondition: label && { LabelName: label.requiredText('LabelName') },
      })
    }),
  })),
})
