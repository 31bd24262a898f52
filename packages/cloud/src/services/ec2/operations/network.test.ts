import {
  AuthorizeSecurityGroupEgressCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  DeleteNetworkAclEntryCommand,
  DeleteRouteCommand,
  DescribeFlowLogsCommand,
  DescribeInstanceAttributeCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ReplaceNetworkAclEntryCommand,
  RevokeSecurityGroupEgressCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { minutes } from '@terrace/kit'
import type { ArchitectureNode } from '@terrace/model'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientOptions, failureOf } from '../../../gateway/testing.ts'
import { testNode, threeTiers } from '../../../testing/architecture.ts'
import { type Ec2Cloud, machineWith, startEc2Cloud } from '../../../workload/testing.ts'

const ROLE = 'arn:aws:iam::123456789012:role/flow-logs'
const flowLog = {
  traffic: 'REJECT',
  destination: 'cloud-watch-logs',
  target: '/flows',
  aggregation: minutes(1),
  role: ROLE,
} as const

const nodes: readonly ArchitectureNode[] = [
  ...threeTiers().map(node => (node.kind === 'vpc' ? { ...node, flowLogs: [flowLog] } : node)),
  testNode('networkAcl', 'acl', {
    vpc: 'vpc',
    physicalId: 'acl-1',
    ingress: [{ number: 100, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' }],
    egress: [{ number: 100, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' }],
  }),
  testNode('vpcEndpoint', 'objects', {
    vpc: 'vpc',
    physicalId: 'vpce-1',
    type: 'gateway',
    service: 'com.amazonaws.us-east-1.s3',
    subnets: [],
    routeTables: ['private'],
    securityGroups: [],
    privateDns: false,
  }),
  testNode('launchTemplate', 'template', {
    name: 'app',
    physicalId: 'lt-0123456789abcdef0',
    machine: { ...machineWith([]), userData: '#!/bin/sh\necho hello\n' },
  }),
]

let cloud: Ec2Cloud
let client: EC2Client

beforeAll(async () => {
  cloud = await startEc2Cloud({ nodes })
  client = new EC2Client(clientOptions(cloud.gateway.url))
})

afterAll(async () => {
  client.destroy()
  await cloud.stop()
})

it('the egress of a security group is opened and closed, and the network follows at once', async () => {
  const { network } = cloud
  network.rules.setSecurityGroup('app', 'ingress', [{ protocol: 'all', peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }])
  network.rules.setSecurityGroup('database', 'egress', [])
  const from = network.attach({ owner: 'client', subnet: 'app-a', securityGroups: ['database'] })
  const to = network.attach({ owner: 'server', subnet: 'app-a', securityGroups: ['app'] })
  const isOpen = () => network.decide(from, to.address, 9000).kind === 'accepted'
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 9000, ToPort: 9000, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }]
  expect(isOpen()).toBe(false)
  const added = await client.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: 'database', IpPermissions }))
  expect(added.SecurityGroupRules).toMatchObject([{ IsEgress: true, FromPort: 9000, CidrIpv4: '10.0.0.0/16' }])
  expect(isOpen()).toBe(true)
  await client.send(new RevokeSecurityGroupEgressCommand({ GroupId: 'database', IpPermissions }))
  expect(isOpen()).toBe(false)
  const gone = await failureOf(
    client.send(new RevokeSecurityGroupEgressCommand({ GroupId: 'database', IpPermissions })),
  )
  expect(gone.name).toBe('InvalidPermission.NotFound')
})

it('an entry of a network ACL is replaced and deleted; one that is not there is neither', async () => {
  const entry = { NetworkAclId: 'acl-1', RuleNumber: 50, Protocol: '6', Egress: false, CidrBlock: '0.0.0.0/0' }
  const rules = () => cloud.network.rules.networkAcl('acl').ingress.map(({ number, action }) => [number, action])
  await client.send(new CreateNetworkAclEntryCommand({ ...entry, RuleAction: 'deny' }))
  await client.send(new ReplaceNetworkAclEntryCommand({ ...entry, RuleAction: 'allow' }))
  expect(rules()).toEqual([
    [50, 'allow'],
    [100, 'allow'],
  ])
  await client.send(new DeleteNetworkAclEntryCommand({ NetworkAclId: 'acl-1', RuleNumber: 50, Egress: false }))
  expect(rules()).toEqual([[100, 'allow']])
  const replaced = client.send(new ReplaceNetworkAclEntryCommand({ ...entry, RuleAction: 'deny' }))
  expect((await failureOf(replaced)).name).toBe('InvalidNetworkAclEntry.NotFound')
  const deleted = client.send(
    new DeleteNetworkAclEntryCommand({ NetworkAclId: 'acl-1', RuleNumber: 50, Egress: false }),
  )
  expect((await failureOf(deleted)).name).toBe('InvalidNetworkAclEntry.NotFound')
})

it('a route is made once', async () => {
  const route = { RouteTableId: 'isolated', DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat' }
  await client.send(new CreateRouteCommand(route))
  expect(cloud.network.rules.routes('isolated')).toMatchObject([{ target: { kind: 'natGateway', node: 'nat' } }])
  expect((await failureOf(client.send(new CreateRouteCommand(route)))).name).toBe('RouteAlreadyExists')
  await client.send(new DeleteRouteCommand({ RouteTableId: 'isolated', DestinationCidrBlock: '0.0.0.0/0' }))
})

it('endpoints and flow logs are described as the template has them', async () => {
  const endpoints = await client.send(
    new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-endpoint-type', Values: ['Gateway'] }] }),
  )
  expect(endpoints.VpcEndpoints).toMatchObject([
    {
      VpcEndpointId: 'vpce-1',
      VpcEndpointType: 'Gateway',
      ServiceName: 'com.amazonaws.us-east-1.s3',
      RouteTableIds: ['private'],
      State: 'available',
    },
  ])
  const { FlowLogs } = await client.send(
    new DescribeFlowLogsCommand({ Filter: [{ Name: 'resource-id', Values: ['vpc'] }] }),
  )
  expect(FlowLogs).toMatchObject([
    {
      ResourceId: 'vpc',
      TrafficType: 'REJECT',
      LogDestinationType: 'cloud-watch-logs',
      LogGroupName: '/flows',
      DeliverLogsPermissionArn: ROLE,
      MaxAggregationInterval: 60,
    },
  ])
  expect(FlowLogs?.[0]?.LogFormat).toContain('${srcaddr} ${dstaddr}')
})

it('an attribute of an instance is told by itself', async () => {
  const launched = await client.send(
    new RunInstancesCommand({
      LaunchTemplate: { LaunchTemplateName: 'app' },
      SubnetId: 'app-a',
      MinCount: 1,
      MaxCount: 1,
    }),
  )
  const InstanceId = launched.Instances?.[0]?.InstanceId ?? ''
  const of = (Attribute: 'userData' | 'instanceType') =>
    client.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }))
  const { UserData, InstanceType: none } = await of('userData')
  expect(Buffer.from(UserData?.Value ?? '', 'base64').toString()).toBe('#!/bin/sh\necho hello\n')
  expect(none).toBeUndefined()
  expect((await of('instanceType')).InstanceType).toEqual({ Value: 't2.micro' })
})
