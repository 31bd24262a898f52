import { findNode, nodesOf } from '@terrace/model'
import type { Operation } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { tagSet } from '../tags.ts'
import { describing } from './describe.ts'
import { type Ec2Site, physicalIdOf } from './site.ts'

/** DescribeInternetGateways. */
export function internetGateways(site: Ec2Site): Operation {
  const { architecture, tags } = site
  return describing({
    name: 'DescribeInternetGateways',
    ids: 'InternetGatewayId',
    kind: 'internetGateway',
    idOf: gateway => gateway.physicalId,
    items: () => nodesOf(architecture, 'internetGateway'),
    tagsOf: gateway => tags.of(gateway.physicalId, gateway.tags),
    filters: {
      'internet-gateway-id': gateway => [gateway.physicalId],
      'attachment.vpc-id': gateway => [physicalIdOf(site, gateway.vpc)],
      'attachment.state': () => ['available'],
    },
    write: gateway => ({
      internetGatewayId: gateway.physicalId,
      ownerId: architecture.account,
      attachmentSet: gateway.vpc === undefined ? [] : [{ vpcId: physicalIdOf(site, gateway.vpc), state: 'available' }],
      tagSet: tagSet(tags.of(gateway.physicalId, gateway.tags)),
    }),
    set: 'internetGatewaySet',
  })
}

/** DescribeNatGateways. */
export function natGateways(site: Ec2Site): Operation {
  const { architecture, network, tags, world } = site
  const vpcId = (subnet: string) => physicalIdOf(site, findNode(architecture, subnet, 'subnet')?.vpc)
  return describing({
    name: 'DescribeNatGateways',
    ids: 'NatGatewayId',
    kind: 'natGateway',
    idOf: gateway => gateway.physicalId,
    items: () => nodesOf(architecture, 'natGateway'),
    tagsOf: gateway => tags.of(gateway.physicalId, gateway.tags),
    filters: {
      'nat-gateway-id': gateway => [gateway.physicalId],
      'subnet-id': gateway => [physicalIdOf(site, gateway.subnet)],
      'vpc-id': gateway => [vpcId(gateway.subnet)],
      state: () => ['available'],
    },
    write: gateway => {
      const elastic = gateway.elasticIp && findNode(architecture, gateway.elasticIp, 'elasticIp')
      const own = network.interfaces().find(each => each.type === 'natGateway' && each.subnet === gateway.subnet)
      return {
        natGatewayId: gateway.physicalId,
        subnetId: physicalIdOf(site, gateway.subnet),
        vpcId: vpcId(gateway.subnet),
        state: 'available',
        connectivityType: gateway.connectivity,
        createTime: timestamp(world.journal.since(0)[0]?.at ?? world.clock.now()),
        natGatewayAddressSet: [
          {
            ...(elastic ? { allocationId: elastic.allocationId, publicIp: elastic.physicalId } : {}),
            ...(own ? { networkInterfaceId: own.id, privateIp: own.address } : {}),
            isPrimary: true,
            status: 'succeeded',
          },
        ],
        tagSet: tagSet(tags.of(gateway.physicalId, gateway.tags)),
      }
    },
    set: 'natGatewaySet',
  })
}

/** DescribeAddresses: Elastic IPs. */
export function addresses(site: Ec2Site): Operation {
  const { architecture, tags } = site
  return describing({
    name: 'DescribeAddresses',
    ids: 'AllocationId',
    kind: 'address',
    leastPage: 1,
    idOf: address => address.allocationId,
    items: () => nodesOf(architecture, 'elasticIp'),
    tagsOf: address => tags.of(address.allocationId, address.tags),
    filters: {
      'allocation-id': address => [address.allocationId],
      'public-ip': address => [address.physicalId],
      domain: () => ['vpc'],
    },
    write: address => ({
      publicIp: address.physicalId,
      allocationId: address.allocationId,
      domain: 'vpc',
      ...(address.instance === undefined ? {} : { instanceId: physicalIdOf(site, address.instance) }),
      networkBorderGroup: architecture.region,
      publicIpv4Pool: 'amazon',
      tagSet: tagSet(tags.of(address.allocationId, address.tags)),
    }),
    set: 'addressesSet',
  })
}
