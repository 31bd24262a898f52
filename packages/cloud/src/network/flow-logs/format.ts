import { type Architecture, getNode } from '@terrace/model'
import type { NetworkInterface } from '../network.ts'
import { AWS_ADDRESSES } from '../process/aws-hosts.ts'
import type { Summary } from './window.ts'

/** The fields of a record that doesn't name its own, version 2. */
export const DEFAULT_FIELDS: readonly string[] = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
]

/** The version that brought each field of a custom format. @see VPC User Guide, "Flow log records" */
const SINCE: Readonly<Record<string, number>> = {
  'vpc-id': 3,
  'subnet-id': 3,
  'instance-id': 3,
  'tcp-flags': 3,
  type: 3,
  'pkt-srcaddr': 3,
  'pkt-dstaddr': 3,
  region: 4,
  'az-id': 4,
  'sublocation-type': 4,
  'sublocation-id': 4,
  'pkt-src-aws-service': 5,
  'pkt-dst-aws-service': 5,
  'flow-direction': 5,
  'traffic-path': 5,
}

/** The fields of a format such as `${version} ${srcaddr}`, in their order. */
export function fieldsOf(format: string | undefined): readonly string[] {
  if (format === undefined) return DEFAULT_FIELDS
  return [...format.matchAll(/\$\{([\w-]+)\}/g)].map(([, field]) => field ?? '')
}

/** What a record says beside its sums. */
export interface RecordPlace {
  readonly architecture: Architecture
  readonly at: NetworkInterface
  /** Of the window, for records without data. */
  readonly start: number
  readonly end: number
  readonly status: 'OK' | 'NODATA' | 'SKIPDATA'
}

/**
 * One record. What doesn't apply, or isn't known here (the fields of versions 6 and later), is `-`.
 * @param summary  absent: nothing was seen
 */
export function formatRecord(fields: readonly string[], place: RecordPlace, summary?: Summary): string {
  const values = valuesOf(fields, place, summary)
  return fields.map(field => String(values[field] ?? '-')).join(' ')
}

function valuesOf(
  fields: readonly string[],
  { architecture, at, start, end, status }: RecordPlace,
  summary: Summary | undefined,
): Readonly<Record<string, string | number | undefined>> {
  const subnet = getNode(architecture, at.subnet, 'subnet')
  const place = {
    version: Math.max(2, ...fields.map(field => SINCE[field] ?? 2)),
    'account-id': architecture.account,
    'interface-id': at.id,
    start: Math.floor((summary?.startedAt ?? start) / 1000),
    end: Math.floor((summary?.endedAt ?? end) / 1000),
    'log-status': status,
    'vpc-id': architecture.nodes.find(node => node.id === subnet.vpc)?.physicalId,
    'subnet-id': subnet.physicalId,
    'instance-id': at.owner.startsWith('i-') ? at.owner : undefined,
    region: architecture.region,
    'az-id': zoneId(at.zone),
  }
  if (!summary) return place
  return {
    ...place,
    srcaddr: summary.source,
    dstaddr: summary.destination,
    srcport: summary.sourcePort,
    dstport: summary.destinationPort,
    protocol: 6,
    packets: summary.packets,
    bytes: summary.bytes,
    action: summary.accepted ? 'ACCEPT' : 'REJECT',
    'tcp-flags': summary.tcpFlags,
    type: 'IPv4',
    'pkt-srcaddr': summary.packetSource,
    'pkt-dstaddr': summary.packetDestination,
    'pkt-src-aws-service': awsService(summary.packetSource),
    'pkt-dst-aws-service': awsService(summary.packetDestination),
    'flow-direction': summary.direction,
    'traffic-path': summary.direction === 'egress' ? summary.trafficPath : undefined,
  }
}

const SERVICES: Readonly<Record<string, string>> = {
  [AWS_ADDRESSES.s3]: 'S3',
  [AWS_ADDRESSES.dynamodb]: 'DYNAMODB',
  [AWS_ADDRESSES.others]: 'AMAZON',
}

const awsService = (address: string): string | undefined => SERVICES[address]

/** `use1-az1` for `us-east-1a`. differs: AWS maps zones to ids anew for each account */
function zoneId(zone: string): string | undefined {
  const [, area, direction, number, letter] = /^([a-z]+)-([a-z]+)-(\d)([a-z])$/.exec(zone) ?? []
  if (area === undefined || direction === undefined || letter === undefined) return undefined
  const short = direction.replace(/(north|south|east|west|central)/g, word => word.charAt(0))
  return `${area}${short}${number}-az${letter.charCodeAt(0) - 96}`
}
