import { seconds } from '@terrace/kit'
import type { NodeId, RecordSet } from '@terrace/model'
import { type BuildContext, type BuilderTable, fold, NotModelled, node } from './build-context.ts'
import { healthChecks, multivalueOf } from './multivalue.ts'
import type { PropertyReader } from './property-reader.ts'

const ROUTING = ['SetIdentifier', 'Weight', 'Failover', 'Region', 'GeoLocation', 'MultiValueAnswer', 'HealthCheckId']

type RecordFields = Pick<RecordSet, 'zone' | 'name' | 'type' | 'target' | 'multivalue'>

/** Hosted zones, record sets, their health checks, and certificates. */
export const names: BuilderTable = {
  ...healthChecks,
  'AWS::Route53::HostedZone': node(context => {
    const { properties, resource } = context
    properties.withoutEffect({ HostedZoneConfig: 'a comment, for people' })
    const tags = properties.objects('HostedZoneTags').map(tag => [tag.requiredText('Key'), tag.text('Value') ?? ''])
    const vpcs = properties.objects('VPCs').flatMap(item => {
      item.withoutEffect({ VPCRegion: 'the VPC is found by its id' })
      return context.find(item, 'VPCId', 'vpc') ?? []
    })
    return {
      ...context.base('hostedZone'),
      tags: Object.fromEntries(tags),
      name: withoutDot(properties.requiredText('Name')),
      vpcs,
      nameServers: properties.has('VPCs') ? [] : resource.attributeList('NameServers'),
    }
  }),
  'AWS::Route53::RecordSet': node(context => {
    const { properties } = context
    properties.withoutEffect({ Comment: 'for people' })
    return { ...context.base('recordSet'), ...recordOf(context, properties, zoneOf(context, properties)) }
  }),
  'AWS::Route53::RecordSetGroup': fold(context => {
    const { properties, resource } = context
    properties.withoutEffect({ Comment: 'for people' })
    const zone = zoneOf(context, properties)
    properties.objects('RecordSets').forEach((record, index) => {
      const id = `${resource.id}/${index + 1}`
      context.add({ ...context.base('recordSet'), id, ...recordOf(context, record, zone) })
    })
  }),
  'AWS::CertificateManager::Certificate': node(context => {
    const { properties, resource } = context
    const domainName = properties.requiredText('DomainName')
    properties.withoutEffect({
      DomainValidationOptions: 'certificates are issued here without asking whose the name is',
      CertificateTransparencyLoggingPreference: 'nothing issued here is made public',
      KeyAlgorithm: 'clients take whatever key a certificate has',
      CertificateExport: 'nothing is exported',
    })
    return {
      ...context.base('certificate'),
      arn: resource.physicalId,
      domainName,
      names: [...new Set([domainName, ...properties.texts('SubjectAlternativeNames')])],
      validation: properties.oneOf('ValidationMethod', ['DNS', 'EMAIL']) ?? 'EMAIL',
    }
  }),
}

function zoneOf(context: BuildContext, properties: PropertyReader): NodeId {
  const id = properties.text('HostedZoneId')
  const name = properties.text('HostedZoneName')
  const found = id === undefined ? context.zoneNamed(withoutDot(name ?? '')) : context.lookUp(id, 'hostedZone')?.id
  if (found !== undefined) return found
  const message = `its hosted zone ${id ?? name ?? 'without a name'} is not in these stacks`
  throw new NotModelled(message, properties.path, properties.place.line)
}

function recordOf(context: BuildContext, record: PropertyReader, zone: NodeId): RecordFields {
  const name = withoutDot(record.requiredText('Name'))
  const type = record.requiredText('Type')
  const multivalue = multivalueOf(context, record)
  const policy = ROUTING.filter(key => record.has(key))
  if (policy.length > 0 && !multivalue) {
    const message = `the routing policy of ${name} is not modelled; it answers like a simple record`
    context.gap('property', record.path, record.place.line, message)
    record.listed(message, ...policy)
  }
  const alias = record.object('AliasTarget')
  if (!alias) {
    const values = record.texts('ResourceRecords')
    const target = { kind: 'values', values, ttl: seconds(record.number('TTL') ?? 300) } as const
    return { zone, name, type, target, ...(multivalue ? { multivalue } : {}) }
  }
  alias.withoutEffect({ HostedZoneId: 'what the alias points to is found by its name' })
  const dnsName = withoutDot(alias.requiredText('DNSName'))
    .toLowerCase()
    .replace(/^dualstack\./, '')
  const evaluateTargetHealth = alias.boolean('EvaluateTargetHealth') ?? false
  return { zone, name, type, target: { kind: 'alias', dnsName, evaluateTargetHealth } }
}

const withoutDot = (name: string) => name.replace(/\.$/, '')
