import { type BuilderTable, fold, node, notModelled } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'

/** VPC, internet gateway, subnet, route table's associations, addresses, NAT gateway, endpoints. */
export const vpc: BuilderTable = {
  'AWS::EC2::VPC': node(context => {
    const { properties } = context
    properties.withoutEffect({ InstanceTenancy: 'it concerns bills' })
    return {
      ...context.base('vpc'),
      cidr: properties.requiredText('CidrBlock'),
      dnsSupport: properties.boolean('EnableDnsSupport') ?? true,
      dnsHostnames: properties.boolean('EnableDnsHostnames') ?? false,
    }
  }),
  'AWS::EC2::InternetGateway': node(context => context.base('internetGateway')),
  'AWS::EC2::VPCGatewayAttachment': fold(context => {
    const { properties } = context
    const network = context.find(properties, 'VpcId', 'vpc')
    const gateway = context.find(properties, 'InternetGatewayId', 'internetGateway')
    if (network === undefined || gateway === undefined) return
    context.update(network, 'vpc', old => ({ ...old, internetGateway: gateway }))
    context.update(gateway, 'internetGateway', old => ({ ...old, vpc: network }))
  }),
  'AWS::EC2::Subnet': node(context => {
    const { properties } = context
    if (!properties.has('AvailabilityZone')) {
      throw notModelled(properties, 'AvailabilityZone', 'a subnet without AvailabilityZone is put where AWS likes')
    }
    return {
      ...context.base('subnet'),
      vpc: context.need(properties, 'VpcId', 'vpc'),
      cidr: properties.requiredText('CidrBlock'),
      zone: properties.requiredText('AvailabilityZone'),
      mapPublicIpOnLaunch: properties.boolean('MapPublicIpOnLaunch') ?? false,
    }
  }),
  'AWS::EC2::SubnetRouteTableAssociation': fold(context => {
    const { properties } = context
    const subnet = context.find(properties, 'SubnetId', 'subnet')
    const routeTable = context.find(properties, 'RouteTableId', 'routeTable')
    if (subnet !== undefined && routeTable !== undefined) {
      context.update(subnet, 'subnet', old => ({ ...old, routeTable }))
    }
  }),
  'AWS::EC2::SubnetNetworkAclAssociation': fold(context => {
    const { properties } = context
    const subnet = context.find(properties, 'SubnetId', 'subnet')
    const networkAcl = context.find(properties, 'NetworkAclId', 'networkAcl')
    if (subnet !== undefined && networkAcl !== undefined) {
      context.update(subnet, 'subnet', old => ({ ...old, networkAcl }))
    }
  }),
  'AWS::EC2::EIP': node(context => {
    const { properties } = context
    properties.withoutEffect({ Domain: 'every address is one of a VPC' })
    const instance = context.find(properties, 'InstanceId', 'instance')
    const allocationId = context.attribute('AllocationId')
    return { ...context.base('elasticIp'), allocationId, ...(instance === undefined ? {} : { instance }) }
  }),
  'AWS::EC2::EIPAssociation': fold(context => {
    const { properties } = context
    const key = properties.has('AllocationId') ? 'AllocationId' : 'EIP'
    const address = context.find(properties, key, 'elasticIp')
    const instance = context.find(properties, 'InstanceId', 'instance')
    if (address === undefined || instance === undefined) return
    context.update(address, 'elasticIp', old => ({ ...old, instance }))
  }),
  'AWS::EC2::NatGateway': node(context => {
    const { properties } = context
    const connectivity = properties.oneOf('ConnectivityType', ['public', 'private']) ?? 'public'
    const elasticIp = context.find(properties, 'AllocationId', 'elasticIp')
    return {
      ...context.base('natGateway'),
      subnet: context.need(properties, 'SubnetId', 'subnet'),
      connectivity,
      ...(elasticIp === undefined ? {} : { elasticIp }),
    }
  }),
  'AWS::EC2::VPCEndpoint': node(context => {
    const { properties } = context
    const type = properties.oneOf('VpcEndpointType', ['Gateway', 'Interface', 'GatewayLoadBalancer']) ?? 'Gateway'
    if (type === 'GatewayLoadBalancer') {
      throw notModelled(properties, 'VpcEndpointType', 'endpoints of gateway load balancers are not modelled')
    }
    const policy = properties.has('PolicyDocument') ? policyDocumentOf(properties, 'PolicyDocument') : undefined
    return {
      ...context.base('vpcEndpoint'),
      vpc: context.need(properties, 'VpcId', 'vpc'),
      type: type === 'Gateway' ? 'gateway' : 'interface',
      service: properties.requiredText('ServiceName'),
      subnets: context.findAll(properties, 'SubnetIds', 'subnet'),
      routeTables: context.findAll(properties, 'RouteTableIds', 'routeTable'),
      securityGroups: context.findAll(properties, 'SecurityGroupIds', 'securityGroup'),
      privateDns: properties.boolean('PrivateDnsEnabled') ?? false,
      ...(policy ? { policy } : {}),
    }
  }),
}
