import { createHash } from 'node:crypto'
import { uniqueId } from '../identity/unique-id.ts'
import type { InstanceFacts } from './metadata.ts'
import type { Tree } from './tree.ts'

/** Where the instance is. */
export interface Region {
  readonly region: string
  readonly account: string
}

/**
 * The folder `meta-data` but for the role's credentials.
 *
 * On-demand instances have no `spot`. differs: `public-keys`, `identity-credentials` and Outposts aren't there; `events` are always none.
 * @see EC2 User Guide "Instance metadata categories"
 */
export function instanceTree(facts: InstanceFacts, where: Region): Tree {
  const name = localName(facts.localAddress, where.region)
  return {
    'ami-id': facts.imageId,
    'ami-launch-index': '0',
    'ami-manifest-path': '(unknown)',
    autoscaling: facts.lifecycleState === undefined ? undefined : { 'target-lifecycle-state': facts.lifecycleState },
    'block-device-mapping': { ami: '/dev/xvda', root: '/dev/xvda' },
    events: { maintenance: { history: '[]', scheduled: '[]' } },
    hostname: name,
    'instance-action': 'none',
    'instance-id': facts.instanceId,
    'instance-life-cycle': 'on-demand',
    'instance-type': facts.instanceType,
    'local-hostname': name,
    'local-ipv4': facts.localAddress,
    mac: macOf(facts),
    network: { interfaces: { macs: { [macOf(facts)]: interfaceTree(facts, where) } } },
    placement: {
      'availability-zone': facts.zone,
      'availability-zone-id': zoneId(facts.zone),
      region: where.region,
    },
    profile: 'default-hvm',
    'public-hostname': publicName(facts, where),
    'public-ipv4': facts.publicAddress,
    'reservation-id': `r-${hex(facts.instanceId, 17)}`,
    'security-groups': facts.securityGroups.join('\n'),
    services: { domain: 'amazonaws.com', partition: 'aws' },
    tags: facts.tagsShown ? { instance: facts.tags } : undefined,
  }
}

function interfaceTree(facts: InstanceFacts, { region, account }: Region): Tree {
  return {
    'device-number': '0',
    'interface-id': facts.interfaceId,
    'ipv4-associations': facts.publicAddress ? { [facts.publicAddress]: facts.localAddress } : undefined,
    'local-hostname': localName(facts.localAddress, region),
    'local-ipv4s': facts.localAddress,
    mac: macOf(facts),
    'owner-id': account,
    'public-hostname': publicName(facts, { region, account }),
    'public-ipv4s': facts.publicAddress,
    'security-group-ids': facts.securityGroupIds?.join('\n'),
    'security-groups': facts.securityGroups.join('\n'),
    'subnet-id': facts.subnetId,
    'subnet-ipv4-cidr-block': facts.subnetCidr,
    'vpc-id': facts.vpcId,
    'vpc-ipv4-cidr-block': facts.vpcCidr,
    'vpc-ipv4-cidr-blocks': facts.vpcCidr,
  }
}

/** `iam/info`. */
export const profileInfo = (profileArn: string, updatedAt: string): string =>
  json({
    Code: 'Success',
    LastUpdated: updatedAt,
    InstanceProfileArn: profileArn,
    InstanceProfileId: uniqueId('AIPA', profileArn),
  })

/** `dynamic/instance-identity/document`. differs: nothing signs it, so that `signature`, `pkcs7`, `rsa2048` aren't there */
export const identityDocument = (facts: InstanceFacts, { region, account }: Region): string =>
  json({
    accountId: account,
    architecture: /^[a-z]+\d+g/.test(facts.instanceType) ? 'arm64' : 'x86_64',
    availabilityZone: facts.zone,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: facts.imageId,
    instanceId: facts.instanceId,
    instanceType: facts.instanceType,
    kernelId: null,
    pendingTime: seconds(facts.launchedAt),
    privateIp: facts.localAddress,
    ramdiskId: null,
    region,
    version: '2017-09-30',
  })

/** As the metadata service writes JSON: two spaces, a blank before the colon too. */
export const json = (value: Readonly<Record<string, unknown>>): string =>
  `{\n${Object.entries(value)
    .map(([name, member]) => `  ${JSON.stringify(name)} : ${JSON.stringify(member)}`)
    .join(',\n')}\n}`

/** `2026-11-22T09:30:00Z`. */
export const seconds = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

const localName = (address: string, region: string) =>
  `ip-${address.replaceAll('.', '-')}.${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`

function publicName({ publicAddress }: InstanceFacts, { region }: Region): string | undefined {
  if (publicAddress === undefined) return undefined
  return `ec2-${publicAddress.replaceAll('.', '-')}.${region === 'us-east-1' ? 'compute-1' : `${region}.compute`}.amazonaws.com`
}

/** Locally administered, the same for the same interface. */
const macOf = ({ interfaceId }: InstanceFacts): string => `0e:${hex(interfaceId, 10).replace(/..(?=.)/g, '$&:')}`

/** `use1-az1` of `us-east-1a`. differs: on AWS the order is another one in each account */
const zoneId = (zone: string): string => {
  const [area = '', direction = '', rest = ''] = zone.split('-')
  const short = direction.replace(/(north|south|east|west|central)/g, word => word.charAt(0))
  return `${area}${short}${rest.charAt(0)}-az${rest.charCodeAt(1) - 96}`
}

const hex = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length)
