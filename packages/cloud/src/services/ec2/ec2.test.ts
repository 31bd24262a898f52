import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkAclEntryCommand,
  CreateTagsCommand,
  DeleteRouteCommand,
  DeleteTagsCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeInternetGatewaysCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetConsoleOutputCommand,
  ModifyInstanceMetadataOptionsCommand,
  ReplaceRouteCommand,
  RevokeSecurityGroupIngressCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { ArchitectureNode } from '@terrace/model'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, policy, sessionOf, testRole } from '../../gateway/testing.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, folderWith, imageIn, imageProcess, machineWith, startEc2Cloud } from '../../workload/testing.ts'

const trusting = {
  ...testRole(
    'app',
    {
      Effect: 'Allow',
      Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: '*',
    },
    { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
  ),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
}

const image = folderWith({
  'main.js': `require('node:http').createServer((_, r) => r.end('hello')).listen(process.env.PORT, () => console.log('up'))`,
})

const nodes: readonly ArchitectureNode[] = [
  ...threeTiers(),
  trusting,
  testNode('networkAcl', 'acl', {
    vpc: 'vpc',
    physicalId: 'acl-1',
    ingress: [{ number: 100, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' }],
    egress: [{ number: 100, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' }],
  }),
  testNode('launchTemplate', 'template', {
    name: 'app',
    physicalId: 'lt-0123456789abcdef0',
    machine: machineWith([imageProcess(imageIn(image.path))], { role: 'app' }),
  }),
]

let cloud: Ec2Cloud
let client: EC2Client

beforeEach(async () => {
  cloud = await startEc2Cloud({ nodes })
  client = new EC2Client(clientOptions(cloud.gateway.url))
})

afterAll(() => image.remove())

afterEach(async () => {
  client.destroy()
  await cloud.stop()
})

const run = async (count = 1) => {
  const answer = await client.send(
    new RunInstancesCommand({
      LaunchTemplate: { LaunchTemplateName: 'app' },
      SubnetId: 'app-a',
      MinCount: count,
      MaxCount: count,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'one' }] }],
    }),
  )
  return answer.Instances?.map(({ InstanceId: id }) => id ?? '') ?? []
}

describe('instances', () => {
  it('run what their launch template says, and are described', async () => {
    const [id = ''] = await run()
    await cloud.world.journal.find(({ kind }) => kind === 'ec2.running')
    const found = await client.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: 'tag:Name', Values: ['o*'] },
          { Name: 'instance-state-name', Values: ['running'] },
        ],
      }),
    )
    const [instance] = found.Reservations?.[0]?.Instances ?? []
    expect(instance).toMatchObject({
      InstanceId: id,
      InstanceType: 't2.micro',
      State: { Code: 16, Name: 'running' },
      SubnetId: 'app-a',
      VpcId: 'vpc',
      Placement: { AvailabilityZone: 'us-east-1a' },
      SecurityGroups: [{ GroupId: 'app', GroupName: 'app' }],
      Tags: [{ Key: 'Name', Value: 'one' }],
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
      IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/app' },
    })
    expect(instance?.LaunchTime).toBeInstanceOf(Date)
    const status = await client.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }))
    expect(status.InstanceStatuses?.[0]?.InstanceStatus?.Status).toBe('initializing')
  })

  it('are terminated, and can be described for an hour', async () => {
    const [id = ''] = await run()
    const answer = await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    expect(answer.TerminatingInstances?.[0]).toMatchObject({
      InstanceId: id,
      PreviousState: { Name: 'running' },
      CurrentState: { Name: 'shutting-down' },
    })
    await cloud.world.journal.find(({ kind }) => kind === 'ec2.terminated')
    const found = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    const [instance] = found.Reservations?.[0]?.Instances ?? []
    expect(instance).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
    })
    expect(cloud.instances.list()).toEqual([])
  })

  it('are listed in pages', async () => {
    const ids = await run(6)
    const first = await client.send(new DescribeInstancesCommand({ MaxResults: 5 }))
    expect(first.Reservations).toHaveLength(5)
    const second = await client.send(new DescribeInstancesCommand({ MaxResults: 5, NextToken: first.NextToken }))
    expect(second.NextToken).toBeUndefined()
    const listed = [...(first.Reservations ?? []), ...(second.Reservations ?? [])]
    expect(listed.flatMap(each => each.Instances?.map(({ InstanceId }) => InstanceId))).toEqual(ids)
  })

  it('print what happens at their boot on the console', async () => {
    const [id = ''] = await run()
    const { Output = '' } = await client.send(new GetConsoleOutputCommand({ InstanceId: id }))
    expect(Buffer.from(Output, 'base64').toString()).toContain('cloud-init')
  })

  it('take other metadata options while they run', async () => {
    const [id = ''] = await run()
    const { InstanceMetadataOptions: options } = await client.send(
      new ModifyInstanceMetadataOptionsCommand({ InstanceId: id, HttpTokens: 'optional' }),
    )
    expect(options).toMatchObject({ HttpTokens: 'optional', State: 'applied' })
  })

  it.each([
    [
      'an unknown id',
      () => client.send(new DescribeInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })),
      'InvalidInstanceID.NotFound',
      "The instance ID 'i-0123456789abcdef0' does not exist",
    ],
    [
      'an id that cannot be one',
      () => client.send(new DescribeInstancesCommand({ InstanceIds: ['i-0'] })),
      'InvalidInstanceID.Malformed',
      'Invalid id: "i-0"',
    ],
    [
      'an unknown filter',
      () => client.send(new DescribeInstancesCommand({ Filters: [{ Name: 'colour', Values: ['x'] }] })),
      'InvalidParameterValue',
      "The filter 'colour' is invalid",
    ],
    [
      'a member that is not emulated',
      () => client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, SubnetId: 'app-a', UserData: 'x' })),
      'InvalidAction',
      'the member UserData of RunInstances is not emulated',
    ],
    [
      'a dry run',
      () =>
        client.send(
          new RunInstancesCommand({
            MinCount: 1,
            MaxCount: 1,
            SubnetId: 'app-a',
            LaunchTemplate: { LaunchTemplateName: 'app' },
            DryRun: true,
          }),
        ),
      'DryRunOperation',
      'Request would have succeeded, but DryRun flag is set.',
    ],
  ])('%s is answered with the error of AWS', async (_what, call, name, message) => {
    const failure = await failureOf(call())
    expect(failure.name).toBe(name)
    expect(failure.message).toContain(message)
  })

  it('can only be launched by who may pass the role', async () => {
    const options = await cloud.as(sessionOf(trusting))
    const role = new EC2Client(options)
    await role.send(new DescribeInstancesCommand({}))
    const failure = await failureOf(
      role.send(
        new RunInstancesCommand({
          MinCount: 1,
          MaxCount: 1,
          SubnetId: 'app-a',
          LaunchTemplate: { LaunchTemplateName: 'app' },
        }),
      ),
    )
    expect(failure).toMatchObject({ name: 'UnauthorizedOperation', status: 403 })
    role.destroy()
  })
})

describe('the network of EC2', () => {
  it('is described as the template says it', async () => {
    const [vpcs, subnets, tables, gateways, nats, acls, interfaces, zones, regions, images, addresses] =
      await Promise.all([
        client.send(new DescribeVpcsCommand({})),
        client.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone', Values: ['us-east-1a'] }] })),
        client.send(new DescribeRouteTablesCommand({ RouteTableIds: ['private'] })),
        client.send(new DescribeInternetGatewaysCommand({})),
        client.send(new DescribeNatGatewaysCommand({})),
        client.send(new DescribeNetworkAclsCommand({})),
        client.send(new DescribeNetworkInterfacesCommand({})),
        client.send(new DescribeAvailabilityZonesCommand({})),
        client.send(new DescribeRegionsCommand({})),
        client.send(new DescribeImagesCommand({ Owners: ['amazon'] })),
        client.send(new DescribeAddressesCommand({})),
      ])
    expect(vpcs.Vpcs?.map(each => each.CidrBlock)).toEqual(['10.0.0.0/16'])
    expect(subnets.Subnets?.map(each => each.SubnetId)).toEqual(['public-a', 'app-a', 'data-a'])
    expect(tables.RouteTables?.[0]?.Routes).toMatchObject([
      { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' },
      { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat' },
    ])
    expect(gateways.InternetGateways?.[0]?.Attachments).toMatchObject([{ VpcId: 'vpc' }])
    expect(nats.NatGateways?.[0]).toMatchObject({ SubnetId: 'public-a', State: 'available' })
    expect(acls.NetworkAcls?.[0]?.Entries).toHaveLength(4)
    expect(interfaces.NetworkInterfaces?.some(each => String(each.InterfaceType) === 'nat_gateway')).toBe(true)
    expect(zones.AvailabilityZones?.map(each => each.ZoneId)).toEqual(['use1-az1', 'use1-az2'])
    expect(regions.Regions?.map(each => each.RegionName)).toEqual(['us-east-1'])
    expect(images.Images?.map(each => each.ImageId)).toEqual(['ami-0123456789abcdef0'])
    expect(addresses.Addresses?.[0]?.AllocationId).toBe('eipalloc-1')
  })

  it('has instance types and launch templates', async () => {
    const types = await client.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['t2.micro'] }))
    expect(types.InstanceTypes?.[0]).toMatchObject({ VCpuInfo: { DefaultVCpus: 1 }, MemoryInfo: { SizeInMiB: 1024 } })
    const templates = await client.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ['app'] }))
    expect(templates.LaunchTemplates?.[0]?.LatestVersionNumber).toBe(1)
    const versions = await client.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: 'app', Versions: ['$Latest'] }),
    )
    expect(versions.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.InstanceType).toBe('t2.micro')
  })

  it('takes and loses rules of a security group, and the network follows at once', async () => {
    const from = cloud.network.attach({ owner: 'client', subnet: 'public-a', securityGroups: ['database'] })
    const to = cloud.network.attach({ owner: 'server', subnet: 'app-a', securityGroups: ['app'] })
    const rule = { IpProtocol: 'tcp', FromPort: 9000, ToPort: 9001, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }
    const isOpen = () => cloud.network.decide(from, to.address, 9000).kind === 'accepted'
    cloud.network.rules.setSecurityGroup('database', 'egress', [
      { protocol: 'all', peer: { kind: 'cidr', cidr: '0.0.0.0/0' } },
    ])
    expect(isOpen()).toBe(false)
    const added = await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: 'app', IpPermissions: [rule] }))
    expect(isOpen()).toBe(true)
    const id = added.SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? ''
    const rules = await client.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] }))
    expect(rules.SecurityGroupRules?.[0]).toMatchObject({ FromPort: 9000, CidrIpv4: '10.0.0.0/16', IsEgress: false })
    const twice = await failureOf(
      client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: 'app', IpPermissions: [rule] })),
    )
    expect(twice.name).toBe('InvalidPermission.Duplicate')
    await client.send(new RevokeSecurityGroupIngressCommand({ GroupId: 'app', IpPermissions: [rule] }))
    expect(isOpen()).toBe(false)
    const groups = await client.send(new DescribeSecurityGroupsCommand({ GroupIds: ['app'] }))
    expect(groups.SecurityGroups?.[0]?.IpPermissions).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 8000, UserIdGroupPairs: [{ GroupId: 'balancer' }] },
    ])
  })

  it('takes entries of network ACLs and routes', async () => {
    await client.send(
      new CreateNetworkAclEntryCommand({
        NetworkAclId: 'acl-1',
        RuleNumber: 50,
        Protocol: '6',
        RuleAction: 'deny',
        Egress: false,
        CidrBlock: '0.0.0.0/0',
        PortRange: { From: 8000, To: 8000 },
      }),
    )
    expect(cloud.network.rules.networkAcl('acl').ingress.map(({ number }) => number)).toEqual([50, 100])
    await client.send(
      new ReplaceRouteCommand({ RouteTableId: 'private', DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw' }),
    )
    expect(cloud.network.rules.routes('private')).toMatchObject([{ target: { kind: 'internetGateway' } }])
    await client.send(new DeleteRouteCommand({ RouteTableId: 'private', DestinationCidrBlock: '0.0.0.0/0' }))
    expect(cloud.network.rules.routes('private')).toEqual([])
    const missing = await failureOf(
      client.send(new DeleteRouteCommand({ RouteTableId: 'private', DestinationCidrBlock: '0.0.0.0/0' })),
    )
    expect(missing.name).toBe('InvalidRoute.NotFound')
  })

  it('carries tags', async () => {
    await client.send(new CreateTagsCommand({ Resources: ['app-a'], Tags: [{ Key: 'tier', Value: 'app' }] }))
    const found = await client.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: ['app-a'] }] }))
    expect(found.Tags).toMatchObject([{ Key: 'tier', Value: 'app', ResourceType: 'subnet' }])
    await client.send(new DeleteTagsCommand({ Resources: ['app-a'], Tags: [{ Key: 'tier' }] }))
    expect((await client.send(new DescribeTagsCommand({}))).Tags).toEqual([])
  })
})
