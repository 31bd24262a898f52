import { displayName, nodesOf } from '@terrace/model'
import type { MissingFeature } from './feature.ts'

/** Routes, names and flow logs. */
export const NETWORK: readonly MissingFeature[] = [
  {
    properties: ['AWS::EC2::FlowLog LogDestinationType'],
    partly: true,
    askedFor: architecture =>
      [...nodesOf(architecture, 'vpc'), ...nodesOf(architecture, 'subnet')]
        .filter(({ flowLogs }) => flowLogs?.some(({ destination }) => destination === 'kinesis-data-firehose'))
        .map(node => `delivery of the flow logs of ${displayName(node)} to Firehose`),
    consequence: 'records for kinesis-data-firehose go nowhere',
  },
  {
    properties: ['AWS::EC2::Route InstanceId'],
    askedFor: architecture =>
      nodesOf(architecture, 'routeTable')
        .filter(({ routes }) => routes.some(({ target }) => target.kind === 'instance'))
        .map(table => `the route to an instance in ${displayName(table)}`),
    consequence: 'what takes this route is lost',
  },
  {
    properties: ['AWS::Route53::RecordSet Type', 'AWS::Route53::RecordSetGroup RecordSets[].Type'],
    partly: true,
    askedFor: architecture =>
      nodesOf(architecture, 'recordSet')
        .filter(({ type }) => !['A', 'AAAA', 'CNAME', 'NS', 'SOA'].includes(type))
        .map(({ name, type }) => `the ${type} record ${name}`),
    consequence: 'there is no DNS server that would answer with such records, only with addresses',
  },
]
