import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type IpPermission,
  type Route,
} from '@aws-sdk/client-ec2'
import type { Clients } from '../clients.ts'
import { nameOf, type Picture, table } from '../picture.ts'

/** VPC, subnets, gateways and public addresses. */
export async function topology({ ec2 }: Clients): Promise<Picture> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}))
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}))
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}))
  const subnets = Subnets.toSorted((a, b) => Number(b.MapPublicIpOnLaunch) - Number(a.MapPublicIpOnLaunch))
  return {
    file: 'topology',
    title: 'VPC and subnets',
    source: 'ec2 DescribeVpcs, DescribeSubnets, DescribeNatGateways, DescribeAddresses',
    sections: [
      table('VPC', Vpcs, {
        VPC: vpc => vpc.VpcId,
        Name: vpc => nameOf(vpc),
        Block: vpc => vpc.CidrBlock,
        State: vpc => vpc.State,
      }),
      table('Subnets', subnets, {
        Subnet: subnet => subnet.SubnetId,
        Name: subnet => nameOf(subnet),
        Zone: subnet => subnet.AvailabilityZone,
        Block: subnet => subnet.CidrBlock,
        'Public addresses': subnet => subnet.MapPublicIpOnLaunch,
        'Free addresses': subnet => subnet.AvailableIpAddressCount,
      }),
      table('NAT gateways', NatGateways, {
        Gateway: nat => nat.NatGatewayId,
        Subnet: nat => nat.SubnetId,
        'Public address': nat => nat.NatGatewayAddresses?.[0]?.PublicIp,
        State: nat => nat.State,
      }),
      table('Elastic IPs', Addresses, {
        Address: address => address.PublicIp,
        Allocation: address => address.AllocationId,
        Instance: address => address.InstanceId,
      }),
    ],
  }
}

/** The route tables, each with its subnets. */
export async function routes({ ec2 }: Clients): Promise<Picture> {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}))
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  const used = RouteTables.filter(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId))
  return {
    file: 'routes',
    title: 'Route tables',
    source: 'ec2 DescribeRouteTables',
    sections: [
      table('Route tables', used, {
        Table: each => each.RouteTableId,
        Name: each => nameOf(each),
        Subnets: each =>
          (each.Associations ?? [])
            .flatMap(({ SubnetId }) => Subnets.find(subnet => subnet.SubnetId === SubnetId) ?? [])
            .map(subnet => `${nameOf(subnet, subnet.SubnetId)} (${subnet.CidrBlock})`)
            .join('\n'),
        Destination: each => (each.Routes ?? []).map(route => route.DestinationCidrBlock).join('\n'),
        Target: each => (each.Routes ?? []).map(targetOf).join('\n'),
      }),
    ],
  }
}

const targetOf = ({ NatGatewayId, GatewayId }: Route): string => NatGatewayId ?? GatewayId ?? ''

/** What each security group lets in and out. */
export async function groups({ ec2 }: Clients): Promise<Picture> {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
  const own = SecurityGroups.filter(({ GroupName }) => GroupName !== 'default')
  const called = (id: string | undefined) => own.find(({ GroupId }) => GroupId === id)?.Description ?? id ?? ''
  const rules = (permissions: readonly IpPermission[] = []) =>
    permissions
      .flatMap(({ FromPort, ToPort, IpProtocol, IpRanges = [], UserIdGroupPairs = [] }) => {
        const ports =
          IpProtocol === 'tcp' ? (FromPort === ToPort ? String(FromPort) : `${FromPort}–${ToPort}`) : IpProtocol
        return [
          ...IpRanges.map(({ CidrIp }) => `${ports}  ${CidrIp}`),
          ...UserIdGroupPairs.map(({ GroupId }) => `${ports}  ${called(GroupId)}`),
        ]
      })
      .filter(rule => !rule.includes('255.255.255.255/32'))
      .join('\n')
  return {
    file: 'groups',
    title: 'Security groups',
    source: 'ec2 DescribeSecurityGroups',
    sections: [
      table('Security groups', own, {
        Group: each => each.GroupId,
        Description: each => each.Description,
        'Lets in (port, from)': each => rules(each.IpPermissions),
        'Lets out (port, to)': each => rules(each.IpPermissionsEgress),
      }),
    ],
  }
}
