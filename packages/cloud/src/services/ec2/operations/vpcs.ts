import { digest } from '@terrace/kit'
import { nodesOf, type Subnet } from '@terrace/model'
import type { Operation } from '../../../gateway/api.ts'
import { tagSet } from '../tags.ts'
import { zoneId } from './catalogue.ts'
import { describing } from './describe.ts'
import { arnOf, type Ec2Site, physicalIdOf } from './site.ts'

/** DescribeVpcs. */
export function vpcs(site: Ec2Site): Operation {
  const { architecture, tags } = site
  return describing({
    name: 'DescribeVpcs',
    ids: 'VpcId',
    kind: 'vpc',
    idOf: vpc => vpc.physicalId,
    items: () => nodesOf(architecture, 'vpc'),
    tagsOf: vpc => tags.of(vpc.physicalId, vpc.tags),
    filters: {
      'vpc-id': vpc => [vpc.physicalId],
      cidr: vpc => [vpc.cidr],
      'cidr-block-association.cidr-block': vpc => [vpc.cidr],
      'is-default': () => ['false'],
      state: () => ['available'],
    },
    write: vpc => ({
      vpcId: vpc.physicalId,
      ownerId: architecture.account,
      state: 'available',
      cidrBlock: vpc.cidr,
      cidrBlockAssociationSet: [
        {
          cidrBlock: vpc.cidr,
          associationId: `vpc-cidr-assoc-${digest(vpc.id, 17)}`,
          cidrBlockState: { state: 'associated' },
        },
      ],
      dhcpOptionsId: `dopt-${digest(vpc.id, 17)}`,
      instanceTenancy: 'default',
      isDefault: false,
      tagSet: tagSet(tags.of(vpc.physicalId, vpc.tags)),
    }),
    set: 'vpcSet',
  })
}

/** DescribeSubnets. */
export function subnets(site: Ec2Site): Operation {
  const { architecture, tags } = site
  return describing({
    name: 'DescribeSubnets',
    ids: 'SubnetId',
    kind: 'subnet',
    idOf: subnet => subnet.physicalId,
    items: () => nodesOf(architecture, 'subnet'),
    tagsOf: subnet => tags.of(subnet.physicalId, subnet.tags),
    filters: {
      'subnet-id': subnet => [subnet.physicalId],
      'vpc-id': subnet => [physicalIdOf(site, subnet.vpc)],
      'availability-zone': subnet => [subnet.zone],
      'cidr-block': subnet => [subnet.cidr],
      'map-public-ip-on-launch': subnet => [String(subnet.mapPublicIpOnLaunch)],
      state: () => ['available'],
    },
    write: subnet => ({
      subnetId: subnet.physicalId,
      subnetArn: arnOf(site, 'subnet', subnet.physicalId),
      state: 'available',
      ownerId: architecture.account,
      vpcId: physicalIdOf(site, subnet.vpc),
      cidrBlock: subnet.cidr,
      availableIpAddressCount: freeAddresses(site, subnet),
      availabilityZone: subnet.zone,
      availabilityZoneId: zoneId(subnet.zone),
      defaultForAz: false,
      mapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
      assignIpv6AddressOnCreation: false,
      tagSet: tagSet(tags.of(subnet.physicalId, subnet.tags)),
    }),
    set: 'subnetSet',
  })
}

/** @see Amazon VPC User Guide, "Subnet sizing for IPv4": five addresses are AWS's own */
function freeAddresses({ network }: Ec2Site, { id, cidr }: Subnet): number {
  const used = network.interfaces().filter(({ subnet }) => subnet === id).length
  return 2 ** (32 - Number(cidr.split('/')[1])) - 5 - used
}
