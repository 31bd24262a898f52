import type { NetworkAclRule } from '@terrace/model'
import { type BuilderTable, fold, node } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'
import { protocolOf } from './security-group.ts'

/** Network ACLs and their entries. */
export const networkAcl: BuilderTable = {
  'AWS::EC2::NetworkAcl': node(context => ({
    ...context.base('networkAcl'),
    vpc: context.need(context.properties, 'VpcId', 'vpc'),
    ingress: [],
    egress: [],
  })),
  'AWS::EC2::NetworkAclEntry': fold(context => {
    const { properties } = context
    const acl = context.find(properties, 'NetworkAclId', 'networkAcl')
    const direction = properties.boolean('Egress') ? 'egress' : 'ingress'
    const rule = ruleOf(properties)
    if (acl === undefined || !rule) return
    context.update(acl, 'networkAcl', old => ({
      ...old,
      [direction]: [...old[direction], rule].sort((a, b) => a.number - b.number),
    }))
  }),
}

function ruleOf(entry: PropertyReader): NetworkAclRule | undefined {
  const number = entry.requiredNumber('RuleNumber', { least: 1, most: 32_766 })
  const action = entry.oneOf('RuleAction', ['allow', 'deny'])
  const protocol = protocolOf(entry, 'Protocol')
  const cidr = entry.text('CidrBlock')
  const range = entry.object('PortRange')
  const from = range?.number('From')
  const to = range?.number('To')
  entry.withoutEffect({ Icmp: 'nothing here sends ICMP' })
  // An IPv6 entry: its range stays unread and is listed.
  if (cidr === undefined || !action) return undefined
  const ports = from === undefined || to === undefined || from === -1 ? {} : { ports: [from, to] as const }
  return { number, action, protocol, cidr, ...ports }
}
