import { propertiesOf } from '@terrace/constructs/testing'
import type { Template } from 'aws-cdk-lib/assertions'

type Rule = Readonly<Record<string, unknown>>

/**
 * Who may open connections to whom, by the ingress rules: `RemovalBalancer → RemovalSecurityGroup 8000`.
 *
 * @param names how to call the groups: the starts of their logical ids
 */
export function openPaths(template: Template, names: readonly string[]): string[] {
  const nameOf = (reference: unknown) => {
    const text = typeof reference === 'string' ? `"${reference}` : JSON.stringify(reference)
    return names.find(name => text.includes(`"${name}`)) ?? text
  }
  const inline = Object.entries(propertiesOf(template, 'AWS::EC2::SecurityGroup')).flatMap(
    ([id, { SecurityGroupIngress: rules }]) =>
      Array.isArray(rules) ? rules.map((rule): [string, Rule] => [id, rule]) : [],
  )
  return [
    ...inline.map(([id, rule]) => `${outside(rule)} → ${nameOf(id)} ${portOf(rule)}`),
    ...Object.values(propertiesOf(template, 'AWS::EC2::SecurityGroupIngress')).map(
      rule =>
        `${rule.SourceSecurityGroupId ? nameOf(rule.SourceSecurityGroupId) : outside(rule)} → ${nameOf(rule.GroupId)} ${portOf(rule)}`,
    ),
  ].sort()
}

function outside({ CidrIp, SourcePrefixListId }: Rule): string {
  if (typeof SourcePrefixListId === 'string') return SourcePrefixListId
  if (typeof CidrIp === 'string') return CidrIp
  return Object.values(CidrIp ?? {})
    .flat()
    .join('.')
}

const portOf = (rule: Rule): string =>
  rule.FromPort === rule.ToPort ? String(rule.FromPort) : `${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort}`
