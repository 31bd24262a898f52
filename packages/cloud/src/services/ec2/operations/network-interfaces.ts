import { digest } from '@terrace/kit'
import { findNode } from '@terrace/model'
import type { Operation } from '../../../gateway/api.ts'
import type { NetworkInterface } from '../../../ports.ts'
import { describing } from './describe.ts'
import { descriptionOf } from './interface-description.ts'
import { type Ec2Site, physicalIdOf } from './site.ts'

/** DescribeNetworkInterfaces: those of instances, tasks, balancers, databases, NAT gateways and endpoints. */
export function networkInterfaces(site: Ec2Site): Operation {
  const { architecture, network, fleet } = site
  const vpcId = ({ subnet }: NetworkInterface) => physicalIdOf(site, findNode(architecture, subnet, 'subnet')?.vpc)
  const groupIds = ({ securityGroups }: NetworkInterface) => securityGroups.map(id => physicalIdOf(site, id))
  return describing({
    name: 'DescribeNetworkInterfaces',
    ids: 'NetworkInterfaceId',
    kind: 'networkInterface',
    idOf: each => each.id,
    items: () => network.interfaces(),
    filters: {
      'network-interface-id': each => [each.id],
      'subnet-id': each => [physicalIdOf(site, each.subnet)],
      'vpc-id': each => [vpcId(each)],
      'availability-zone': each => [each.zone],
      'group-id': groupIds,
      'private-ip-address': each => [each.address],
      'addresses.private-ip-address': each => [each.address],
      'attachment.instance-id': each => [fleet.find(each.owner)?.id],
      'association.public-ip': each => [each.publicIp],
      description: each => [descriptionOf(site, each)],
      status: () => ['in-use'],
    },
    write: each => ({
      networkInterfaceId: each.id,
      subnetId: physicalIdOf(site, each.subnet),
      vpcId: vpcId(each),
      availabilityZone: each.zone,
      description: descriptionOf(site, each),
      ownerId: architecture.account,
      requesterManaged: fleet.find(each.owner) === undefined,
      status: 'in-use',
      privateIpAddress: each.address,
      interfaceType: INTERFACE_TYPES[each.type ?? 'interface'],
      sourceDestCheck: each.type !== 'natGateway',
      groupSet: each.securityGroups.map(id => ({
        groupId: physicalIdOf(site, id),
        groupName: findNode(architecture, id, 'securityGroup')?.name,
      })),
      attachment: {
        attachmentId: `eni-attach-${digest(each.id, 17)}`,
        instanceId: fleet.find(each.owner)?.id,
        deviceIndex: 0,
        status: 'attached',
      },
      ...(each.publicIp === undefined ? {} : { association: { publicIp: each.publicIp, ipOwnerId: 'amazon' } }),
      privateIpAddressesSet: [{ privateIpAddress: each.address, primary: true }],
      tagSet: [],
    }),
    set: 'networkInterfaceSet',
  })
}

const INTERFACE_TYPES = {
  interface: 'interface',
  // An Application Load Balancer's are ordinary ones.
  loadBalancer: 'interface',
  natGateway: 'nat_gateway',
  vpcEndpoint: 'vpc_endpoint',
}
