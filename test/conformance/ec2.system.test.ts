import {
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { arn, resourceId } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const ec2 = () => client(EC2Client)
const inVpc = () => [{ Name: 'vpc-id', Values: [output('Vpc')] }]

describe('what EC2 tells about a stack', () => {
  it('has a VPC with its range', async () => {
    const { Vpcs } = await ec2().send(new DescribeVpcsCommand({ VpcIds: [output('Vpc')] }))
    expect(Vpcs).toHaveLength(1)
    expect(Vpcs?.[0]).toMatchObject({
      VpcId: expect.stringMatching(resourceId('vpc')),
      State: 'available',
      CidrBlock: '10.80.0.0/16',
      OwnerId: output('Account'),
      IsDefault: false,
      InstanceTenancy: 'default',
      DhcpOptionsId: expect.stringMatching(resourceId('dopt')),
      CidrBlockAssociationSet: [{ CidrBlock: '10.80.0.0/16', CidrBlockState: { State: 'associated' } }],
    })
  })

  it('has subnets with their zones, found by tag, five addresses of each kept back', async () => {
    const Filters = [...inVpc(), { Name: 'tag:Tier', Values: ['data'] }]
    const { Subnets = [] } = await ec2().send(new DescribeSubnetsCommand({ Filters }))
    expect(Subnets.map(subnet => subnet.CidrBlock).sort()).toEqual(['10.80.2.0/24', '10.80.3.0/24'])
    expect(new Set(Subnets.map(subnet => subnet.AvailabilityZone)).size).toBe(2)
    for (const subnet of Subnets) {
      expect(subnet.SubnetId).toMatch(resourceId('subnet'))
      expect(subnet.SubnetArn).toMatch(arn('ec2', `subnet/${subnet.SubnetId}`))
      expect(subnet.AvailabilityZoneId).toMatch(/^[a-z]{3,4}\d-az\d$/)
      expect(subnet.AvailableIpAddressCount).toBeLessThanOrEqual(256 - 5)
    }
  })

  it('has the route of the VPC itself and the way out', async () => {
    const { RouteTables } = await ec2().send(
      new DescribeRouteTablesCommand({ RouteTableIds: [output('PublicRoutes')] }),
    )
    expect(RouteTables?.[0]?.Routes).toEqual([
      expect.objectContaining({ DestinationCidrBlock: '10.80.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable' }),
      expect.objectContaining({ DestinationCidrBlock: '0.0.0.0/0', GatewayId: output('Internet'), State: 'active' }),
    ])
    expect(RouteTables?.[0]?.Associations?.map(each => each.SubnetId).sort()).toEqual(
      [output('PublicA'), output('PublicB')].sort(),
    )
  })

  it('has security groups whose rules name other groups', async () => {
    const { SecurityGroups } = await ec2().send(new DescribeSecurityGroupsCommand({ GroupIds: [output('AppGroup')] }))
    expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, UserIdGroupPairs: [{ GroupId: output('BalancerGroup') }] },
    ])
    expect(SecurityGroups?.[0]?.IpPermissionsEgress).toMatchObject([
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ])
  })

  it('has an instance of the group in each zone, with the tags that Auto Scaling gives it', async () => {
    const Filters = [
      { Name: 'tag:aws:autoscaling:groupName', Values: [output('Group')] },
      { Name: 'instance-state-name', Values: ['running'] },
    ]
    const { Reservations = [] } = await ec2().send(new DescribeInstancesCommand({ Filters }))
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances)
    expect(instances.map(each => each.SubnetId).sort()).toEqual([output('PublicA'), output('PublicB')].sort())
    for (const { ReservationId, OwnerId } of Reservations) {
      expect(ReservationId).toMatch(resourceId('r'))
      expect(OwnerId).toBe(output('Account'))
    }
    for (const instance of instances) {
      expect(instance).toMatchObject({
        InstanceId: expect.stringMatching(resourceId('i')),
        ImageId: output('Image'),
        InstanceType: 't3.micro',
        State: { Code: 16, Name: 'running' },
        Architecture: 'x86_64',
        MetadataOptions: { State: 'applied', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        PrivateIpAddress: expect.stringMatching(/^10\.80\.[01]\.\d+$/),
        PrivateDnsName: expect.stringMatching(/^ip-10-80-[01]-\d+\./),
        SecurityGroups: [{ GroupId: output('AppGroup') }],
        NetworkInterfaces: [{ NetworkInterfaceId: expect.stringMatching(resourceId('eni')), Status: 'in-use' }],
        Monitoring: { State: 'disabled' },
      })
      expect(instance.LaunchTime?.getTime()).toBeLessThanOrEqual(Date.now())
      expect(instance.Tags).toContainEqual({ Key: 'Name', Value: 'conformance' })
    }
  })

  it('gives long lists in pages, each thing once', async () => {
    const groups = [output('AppGroup'), output('BalancerGroup'), output('DatabaseGroup')]
    const page = { Filters: [{ Name: 'group-id', Values: groups }], MaxResults: 5 }
    const first = await ec2().send(new DescribeSecurityGroupRulesCommand(page))
    expect(first.SecurityGroupRules).toHaveLength(5)
    const second = await ec2().send(new DescribeSecurityGroupRulesCommand({ ...page, NextToken: first.NextToken }))
    expect(second.NextToken).toBeUndefined()
    const rules = [...(first.SecurityGroupRules ?? []), ...(second.SecurityGroupRules ?? [])]
    expect(new Set(rules.map(rule => rule.SecurityGroupRuleId)).size).toBe(6)
    for (const rule of rules) expect(rule.SecurityGroupRuleId).toMatch(resourceId('sgr'))
  })
})

describe('what EC2 does with changes', () => {
  const permission = { IpProtocol: 'tcp', FromPort: 9000, ToPort: 9001, IpRanges: [{ CidrIp: '10.9.0.0/16' }] }

  it('shows a new rule at once, refuses it a second time, and refuses to take away what is not there', async () => {
    const change = { GroupId: output('AppGroup'), IpPermissions: [permission] }
    const { SecurityGroupRules } = await ec2().send(new AuthorizeSecurityGroupIngressCommand(change))
    expect(SecurityGroupRules).toMatchObject([
      { GroupId: output('AppGroup'), IsEgress: false, FromPort: 9000, ToPort: 9001, CidrIpv4: '10.9.0.0/16' },
    ])
    expect(await failureOf(ec2().send(new AuthorizeSecurityGroupIngressCommand(change)))).toMatchObject({
      code: 'InvalidPermission.Duplicate',
      status: 400,
      message: expect.stringMatching(/^the specified rule "peer: 10\.9\.0\.0\/16, TCP, .*" already exists$/),
    })
    expect((await ec2().send(new RevokeSecurityGroupIngressCommand(change))).Return).toBe(true)
    expect(await failureOf(ec2().send(new RevokeSecurityGroupIngressCommand(change)))).toMatchObject({
      code: 'InvalidPermission.NotFound',
      status: 400,
    })
  })

  it('shows a tag at once, replaces its value, and forgets it', async () => {
    const Resources = [output('Vpc')]
    const read = async () => {
      const Filters = [
        { Name: 'resource-id', Values: Resources },
        { Name: 'key', Values: ['Colour'] },
      ]
      return (await ec2().send(new DescribeTagsCommand({ Filters }))).Tags
    }
    for (const Value of ['red', 'green']) {
      await ec2().send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'Colour', Value }] }))
      expect(await read()).toEqual([{ ResourceId: output('Vpc'), ResourceType: 'vpc', Key: 'Colour', Value }])
    }
    await ec2().send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'Colour' }] }))
    expect(await read()).toEqual([])
  })
})

describe('what EC2 refuses', () => {
  const nobody = 'i-0123456789abcdef0'
  it.each<[name: string, code: string, call: () => Promise<unknown>]>([
    [
      'a VPC',
      'InvalidVpcID.NotFound',
      () => ec2().send(new DescribeVpcsCommand({ VpcIds: ['vpc-0123456789abcdef0'] })),
    ],
    [
      'a subnet',
      'InvalidSubnetID.NotFound',
      () => ec2().send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-0123456789abcdef0'] })),
    ],
    [
      'a security group',
      'InvalidGroup.NotFound',
      () => ec2().send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-0123456789abcdef0'] })),
    ],
    [
      'an instance',
      'InvalidInstanceID.NotFound',
      () => ec2().send(new DescribeInstancesCommand({ InstanceIds: [nobody] })),
    ],
    [
      'an instance type',
      'InvalidInstanceType',
      () => ec2().send(new DescribeInstanceTypesCommand({ InstanceTypes: ['t9.micro' as 't3.micro'] })),
    ],
  ])('says which is missing: %s', async (_, code, call) => {
    const failure = await failureOf(call())
    expect(failure).toMatchObject({ code, status: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  })

  it('an id that cannot be one', async () => {
    const call = ec2().send(new DescribeInstancesCommand({ InstanceIds: ['nonsense'] }))
    expect(await failureOf(call)).toMatchObject({
      code: 'InvalidInstanceID.Malformed',
      status: 400,
      message: expect.stringMatching(/^Invalid id: "nonsense"/),
    })
  })

  it('a range that is none', async () => {
    const permission = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '10.9.0.0/99' }] }
    const call = new AuthorizeSecurityGroupIngressCommand({ GroupId: output('AppGroup'), IpPermissions: [permission] })
    expect(await failureOf(ec2().send(call))).toMatchObject({
      code: 'InvalidParameterValue',
      status: 400,
      message: expect.stringMatching(/10\.9\.0\.0\/99/),
    })
  })

  it('tags in the name of AWS', async () => {
    const call = new CreateTagsCommand({ Resources: [output('Vpc')], Tags: [{ Key: 'aws:colour', Value: 'red' }] })
    expect(await failureOf(ec2().send(call))).toMatchObject({
      code: 'InvalidParameterValue',
      status: 400,
      message: expect.stringMatching(/reserved for internal use/),
    })
  })

  it('a filter that it does not know', async () => {
    const call = ec2().send(new DescribeInstancesCommand({ Filters: [{ Name: 'colour', Values: ['red'] }] }))
    expect(await failureOf(call)).toMatchObject({ code: 'InvalidParameterValue', status: 400 })
  })

  it('only tells whether it would, when asked with DryRun', async () => {
    expect(await failureOf(ec2().send(new DescribeInstancesCommand({ DryRun: true })))).toMatchObject({
      code: 'DryRunOperation',
      status: 412,
      message: 'Request would have succeeded, but DryRun flag is set.',
    })
    const limited = await operator(EC2Client)
    const call = limited.send(new TerminateInstancesCommand({ DryRun: true, InstanceIds: [nobody] }))
    expect(await failureOf(call)).toMatchObject({ code: 'UnauthorizedOperation', status: 403 })
  })

  it('what the role of the caller does not allow', async () => {
    const limited = await operator(EC2Client)
    const Filters = inVpc()
    expect((await limited.send(new DescribeInstancesCommand({ Filters }))).Reservations).toHaveLength(2)
    expect(await failureOf(limited.send(new DescribeVpcsCommand({})))).toMatchObject({
      code: 'UnauthorizedOperation',
      status: 403,
      message: expect.stringMatching(
        /^You are not authorized to perform this operation\. User: arn:\S+:assumed-role\/\S+\/conformance is not authorized to perform: ec2:DescribeVpcs( on resource: \S+)? because no identity-based policy allows the ec2:DescribeVpcs action/,
      ),
    })
  })
})

describe('an operator looks at the network and the instances', () => {
  operatorTypes(target, [
    {
      does: 'finds the subnets of a tier',
      types: `aws ec2 describe-subnets --filters Name=vpc-id,Values=$Vpc Name=tag:Tier,Values=public --query 'sort_by(Subnets,&CidrBlock)[].CidrBlock' --output text`,
      prints: '10.80.0.0/24\t10.80.1.0/24\n',
    },
    {
      does: 'lists the instances of a group as a table',
      types: `aws ec2 describe-instances --filters Name=tag:aws:autoscaling:groupName,Values=$Group Name=instance-state-name,Values=running --query 'Reservations[].Instances[].{Id:InstanceId,Zone:Placement.AvailabilityZone,State:State.Name}' --output table`,
      prints: /\|\s+DescribeInstances\s+\|[\s\S]*\|\s+i-[0-9a-f]+\s+\|\s+running\s+\|\s+[a-z]+-[a-z]+-\d[a-z]\s+\|/,
    },
    {
      does: 'opens a port, sees it, and closes it again',
      types: `aws ec2 authorize-security-group-ingress --group-id $AppGroup --protocol tcp --port 7777 --cidr 10.7.0.0/16 --query Return &&
        aws ec2 describe-security-groups --group-ids $AppGroup --query 'SecurityGroups[0].IpPermissions[?FromPort==\`7777\`].IpRanges[0].CidrIp' --output text &&
        aws ec2 revoke-security-group-ingress --group-id $AppGroup --protocol tcp --port 7777 --cidr 10.7.0.0/16 --query Return`,
      prints: 'true\n10.7.0.0/16\ntrue\n',
    },
    {
      does: 'says what is missing',
      types: 'aws ec2 describe-instances --instance-ids i-0123456789abcdef0',
      fails: true,
      prints:
        /An error occurred \(InvalidInstanceID\.NotFound\) when calling the DescribeInstances operation: The instance ID 'i-0123456789abcdef0' does not exist/,
    },
  ])
})
