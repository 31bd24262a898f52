import type { Template } from 'aws-cdk-lib/assertions'
import { type Properties, propertiesOf } from './template.ts'

/**
 * Who may open connections to whom, by the security groups' ingress rules: `anywhere 0.0.0.0/0 → Front 443`.
 *
 * @param names how to call the groups: the starts of their logical ids
 */
export function openPaths(template: Template, names: readonly string[]): string[] {
  const inline = Object.entries(propertiesOf(template, 'AWS::EC2::SecurityGroup')).flatMap(([id, group]) => {
    const rules = Array.isArray(group.SecurityGroupIngress) ? group.SecurityGroupIngress : []
    return rules.map((rule: Properties) => `${sourceOf(rule.CidrIp)} → ${nameOf(id, names)} ${portOf(rule)}`)
  })
  const separate = Object.values(propertiesOf(template, 'AWS::EC2::SecurityGroupIngress')).map(
    rule => `${nameOf(rule.SourceSecurityGroupId, names)} → ${nameOf(rule.GroupId, names)} ${portOf(rule)}`,
  )
  return [...inline, ...separate].sort()
}

const sourceOf = (cidr: unknown): string =>
  typeof cidr === 'string'
    ? `anywhere ${cidr}`
    : JSON.stringify(cidr)
        .replace(/[{}":]/g, '')
        .replace('Ref', 'Ref ')

function nameOf(reference: unknown, names: readonly string[]): string {
  const text = JSON.stringify(reference)
  return names.find(name => text.includes(`"${name}`)) ?? text
}

const portOf = (rule: Properties): string =>
  rule.FromPort === rule.ToPort ? String(rule.FromPort) : `${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort}`
