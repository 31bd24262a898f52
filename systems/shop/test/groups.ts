import { propertiesOf } from '@terrace/constructs/testing'
import type { Template } from 'aws-cdk-lib/assertions'

type Rule = Readonly<Record<string, unknown>>

/**
 * Who may open connections to whom, by the ingress rules: `anywhere → WebBalancer 443`.
 *
 * @param names how to call the groups: the starts of their logical ids
 */
export const openPaths = (template: Template, names: readonly string[]): string[] =>
  [
    ...inline(template, 'SecurityGroupIngress').map(
      ([id, rule]) => `anywhere ${rule.CidrIp} → ${nameOf(id, names)} ${portOf(rule)}`,
    ),
    ...Object.values(propertiesOf(template, 'AWS::EC2::SecurityGroupIngress')).map(
      rule => `${nameOf(rule.SourceSecurityGroupId, names)} → ${nameOf(rule.GroupId, names)} ${portOf(rule)}`,
    ),
  ].sort()

/** What the groups let out, in the same notation; what CDK writes for "nothing" is left out. */
export const waysOut = (template: Template, names: readonly string[]): string[] =>
  [
    ...inline(template, 'SecurityGroupEgress')
      .filter(([, rule]) => rule.CidrIp !== '255.255.255.255/32')
      .map(([id, rule]) => `${nameOf(id, names)} → ${rule.CidrIp} ${portOf(rule)}`),
    ...Object.values(propertiesOf(template, 'AWS::EC2::SecurityGroupEgress')).map(
      rule => `${nameOf(rule.GroupId, names)} → ${nameOf(rule.DestinationSecurityGroupId, names)} ${portOf(rule)}`,
    ),
  ].sort()

function inline(template: Template, property: 'SecurityGroupIngress' | 'SecurityGroupEgress'): [string, Rule][] {
  return Object.entries(propertiesOf(template, 'AWS::EC2::SecurityGroup')).flatMap(([id, group]) => {
    const rules = group[property]
    return Array.isArray(rules) ? rules.map((rule): [string, Rule] => [id, rule]) : []
  })
}

function nameOf(reference: unknown, names: readonly string[]): string {
  const text = typeof reference === 'string' ? `"${reference}` : JSON.stringify(reference)
  return names.find(name => text.includes(`"${name}`)) ?? text
}

const portOf = (rule: Rule): string =>
  rule.FromPort === rule.ToPort ? String(rule.FromPort) : `${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort}`
