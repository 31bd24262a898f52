import { propertiesOf } from '@terrace/constructs/testing'
import type { Template } from 'aws-cdk-lib/assertions'

/**
 * Who may open connections to whom, by the security groups' ingress rules: `anywhere → ApiBalancer 443`.
 *
 * @param names how to call the groups: the starts of their logical ids
 */
export function openPaths(template: Template, names: readonly string[]): string[] {
  const inline = inlineRules(template, 'SecurityGroupIngress').map(
    ([id, rule]) => `anywhere ${rule.CidrIp} → ${nameOf(id, names)} ${portOf(rule)}`,
  )
  const separate = Object.values(propertiesOf(template, 'AWS::EC2::SecurityGroupIngress')).map(
    rule => `${nameOf(rule.SourceSecurityGroupId, names)} → ${nameOf(rule.GroupId, names)} ${portOf(rule)}`,
  )
  return [...inline, ...separate].sort()
}

/** What the security groups let out, in the same notation. */
export function waysOut(template: Template, names: readonly string[]): string[] {
  const inline = inlineRules(template, 'SecurityGroupEgress').map(
    ([id, rule]) => `${nameOf(id, names)} → ${rule.CidrIp} ${portOf(rule)}`,
  )
  const separate = Object.values(propertiesOf(template, 'AWS::EC2::SecurityGroupEgress')).map(
    rule => `${nameOf(rule.GroupId, names)} → ${nameOf(rule.DestinationSecurityGroupId, names)} ${portOf(rule)}`,
  )
  return [...inline, ...separate].sort()
}

type Rule = Readonly<Record<string, unknown>>

function inlineRules(template: Template, property: 'SecurityGroupIngress' | 'SecurityGroupEgress'): [string, Rule][] {
  return Object.entries(propertiesOf(template, 'AWS::EC2::SecurityGroup')).flatMap(([id, group]) => {
    const rules = group[property]
    return Array.isArray(rules) ? rules.map((rule): [string, Rule] => [id, rule]) : []
  })
}

function nameOf(reference: unknown, names: readonly string[]): string {
  const text = JSON.stringify(reference)
  return names.find(name => text.includes(`"${name}`)) ?? text
}

const portOf = (rule: Rule): string =>
  rule.FromPort === rule.ToPort ? String(rule.FromPort) : `${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort}`
