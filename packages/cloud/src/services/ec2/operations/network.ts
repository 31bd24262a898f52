import { digest } from '@terrace/kit'
import { findNode, nodesOf, type Subnet } from '@terrace/model'
import type { Operation } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import type { NetworkInterface } from '../../../network/network.ts'
import { tagSet } from '../tags.ts'
import { zoneId } from './catalogue.ts'
import { describing } from './describe.ts'
import { arnOf, type Ec2Site, physicalIdOf } from './site.ts'

/** What the template says about the network: VPCs, subnets, gateways, endpoints, and the interfaces that use them. */
export const networkOperations = (site: Ec2Site): readonly Operation[] => [
  vpcs(site),
  subnets(site),
  internetGateways(site),
  natGateways(site),
  networkInterfaces(site),
  vpcEndpoints(site),
  addresses(site),
  flowLogs(site),
]

function vpcs(site: Ec2Site): Operation {
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

function subnets(site: Ec2Site): Operation {
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

function internetGateways(site: Ec2Site): Operation {
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

function natGateways(site: Ec2Site): Operation {
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

function networkInterfaces(site: Ec2Site): Operation {
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
      description: each => [each.owner],
      status: () => ['in-use'],
    },
    write: each => ({
      networkInterfaceId: each.id,
      subnetId: physicalIdOf(site, each.subnet),
      vpcId: vpcId(each),
      availabilityZone: each.zone,
      description: each.owner,
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

function vpcEndpoints(site: Ec2Site): Operation {
  const { architecture, tags } = site
  return describing({
    name: 'DescribeVpcEndpoints',
    ids: 'VpcEndpointId',
    kind: 'vpcEndpoint',
    idOf: endpoint => endpoint.physicalId,
    items: () => nodesOf(architecture, 'vpcEndpoint'),
    tagsOf: endpoint => tags.of(endpoint.physicalId, endpoint.tags),
    filters: {
      'vpc-endpoint-id': endpoint => [endpoint.physicalId],
      'vpc-id': endpoint => [physicalIdOf(site, endpoint.vpc)],
      'service-name': endpoint => [endpoint.service],
      'vpc-endpoint-type': endpoint => [TYPES[endpoint.type]],
      'vpc-endpoint-state': () => ['available'],
    },
    write: endpoint => ({
      vpcEndpointId: endpoint.physicalId,
      vpcEndpointType: TYPES[endpoint.type],
      vpcId: physicalIdOf(site, endpoint.vpc),
      serviceName: endpoint.service,
      state: 'available',
      ownerId: architecture.account,
      privateDnsEnabled: endpoint.privateDns,
      policyDocument: JSON.stringify(endpoint.policy ?? EVERYTHING),
      subnetIdSet: endpoint.subnets.map(id => physicalIdOf(site, id)),
      routeTableIdSet: endpoint.routeTables.map(id => physicalIdOf(site, id)),
      groupSet: endpoint.securityGroups.map(id => ({ groupId: physicalIdOf(site, id) })),
      tagSet: tagSet(tags.of(endpoint.physicalId, endpoint.tags)),
    }),
    set: 'vpcEndpointSet',
  })
}

const TYPES = { gateway: 'Gateway', interface: 'Interface' }

/** The policy of an endpoint that has none of its own. */
const EVERYTHING = {
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
}

function addresses(site: Ec2Site): Operation {
  const { architecture, tags } = site
  return describing({
    name: 'DescribeAddresses',
    ids: 'AllocationId',
    kind: 'address',
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

function flowLogs(site: Ec2Site): Operation {
  const { architecture } = site
  return describing({
    name: 'DescribeFlowLogs',
    ids: 'FlowLogId',
    kind: 'flowLog',
    idOf: ({ id }) => id,
    items: () =>
      [...nodesOf(architecture, 'vpc'), ...nodesOf(architecture, 'subnet')].flatMap(node =>
        (node.flowLogs ?? []).map((log, index) => ({
          log,
          resource: node.physicalId,
          id: `fl-${digest(`${node.id} ${index}`, 17)}`,
        })),
      ),
    filters: {
      'flow-log-id': ({ id }) => [id],
      'resource-id': ({ resource }) => [resource],
      'traffic-type': ({ log }) => [log.traffic],
      'log-destination-type': ({ log }) => [log.destination],
      'log-group-name': ({ log }) => [log.destination === 'cloud-watch-logs' ? log.target : undefined],
    },
    write: ({ log, resource, id }) => ({
      flowLogId: id,
      flowLogStatus: 'ACTIVE',
      resourceId: resource,
      trafficType: log.traffic,
      logDestinationType: log.destination,
      ...(log.destination === 'cloud-watch-logs' ? { logGroupName: log.target } : { logDestination: log.target }),
      deliverLogsPermissionArn: log.role,
      logFormat: log.format ?? DEFAULT_FORMAT,
      maxAggregationInterval: log.aggregation / 1000,
    }),
    set: 'flowLogSet',
  })
}

/** @see Amazon VPC User Guide, "Flow log records": the default format, version 2 */
const DEFAULT_FORMAT = [
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
  .map(field => `\${${field}}`)
  .join(' ')
