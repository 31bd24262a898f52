import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { seconds } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf } from '../../gateway/testing.ts'
import { securityGroup, testNode, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, machineWith, startEc2Cloud } from '../../workload/testing.ts'

let cloud: Ec2Cloud
let client: EC2Client

beforeEach(async () => {
  cloud = await startEc2Cloud({
    nodes: [
      ...threeTiers(),
      securityGroup('endpoints', []),
      testNode('vpcEndpoint', 'logs', {
        vpc: 'vpc',
        type: 'interface',
        service: 'com.amazonaws.us-east-1.logs',
        subnets: ['app-b'],
        routeTables: [],
        securityGroups: ['endpoints'],
        privateDns: false,
        physicalId: 'vpce-0123456789abcdef0',
      }),
      testNode('loadBalancer', 'balancer', {
        name: 'library',
        arn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/library/0123456789abcdef',
        dnsName: 'library.elb.localhost',
        scheme: 'internal',
        subnets: ['public-a', 'public-b'],
        securityGroups: [],
        idleTimeout: seconds(60),
        clientKeepAlive: seconds(3600),
        http2: true,
        dropInvalidHeaderFields: false,
        desyncMitigation: 'defensive',
        preserveHostHeader: false,
        xffHeaderProcessing: 'append',
        xffClientPort: false,
        crossZone: true,
        deletionProtection: false,
      }),
      testNode('launchTemplate', 'template', {
        name: 'app',
        physicalId: 'lt-0123456789abcdef0',
        machine: machineWith([], { tags: { Tier: 'app' }, volumeTags: { Disk: 'app' } }),
      }),
    ],
  })
  client = new EC2Client(clientOptions(cloud.gateway.url))
})

afterEach(async () => {
  client.destroy()
  await cloud.stop()
})

const launch = (rest: object = {}) =>
  client.send(
    new RunInstancesCommand({
      LaunchTemplate: { LaunchTemplateName: 'app' },
      SubnetId: 'app-a',
      MinCount: 1,
      MaxCount: 1,
      ...rest,
    }),
  )

describe('calls that AWS refuses', () => {
  it('launch no image that does not exist', async () => {
    expect(await failureOf(launch({ ImageId: 'ami-0fedcba9876543210' }))).toMatchObject({
      name: 'InvalidAMIID.NotFound',
      status: 400,
      message: "The image id '[ami-0fedcba9876543210]' does not exist",
    })
    expect(await failureOf(launch({ ImageId: 'debian' }))).toMatchObject({ name: 'InvalidAMIID.Malformed' })
  })

  it('ask for pages of five at least', async () => {
    expect(await failureOf(client.send(new DescribeInstancesCommand({ MaxResults: 4 })))).toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
    })
    // Others have no such bound.
    await client.send(new DescribeImagesCommand({ MaxResults: 1 }))
  })

  it('ask for instances by id and in pages at the same time', async () => {
    const { Instances: [{ InstanceId: id = '' } = {}] = [] } = await launch()
    const both = new DescribeInstancesCommand({ InstanceIds: [id], MaxResults: 5 })
    expect(await failureOf(client.send(both))).toMatchObject({
      name: 'InvalidParameterCombination',
      message: 'The parameter instancesSet cannot be used with the parameter maxResults',
    })
  })
})

it('tags an instance and its root volume, each as its launch template says', async () => {
  const { Instances: [{ InstanceId: id = '' } = {}] = [] } = await launch({
    TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'Own', Value: 'yes' }] }],
  })
  const { Volumes: [volume] = [] } = await client.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] }),
  )
  expect(volume).toMatchObject({
    State: 'in-use',
    Attachments: [{ InstanceId: id, Device: '/dev/xvda', State: 'attached' }],
    Tags: [
      { Key: 'Disk', Value: 'app' },
      { Key: 'Own', Value: 'yes' },
    ],
  })
  const found = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  expect(found.Reservations?.[0]?.Instances?.[0]).toMatchObject({
    Tags: [{ Key: 'Tier', Value: 'app' }],
    BlockDeviceMappings: [{ Ebs: { VolumeId: volume?.VolumeId } }],
  })
  const tags = await client.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-type', Values: ['volume'] }] }))
  expect(tags.Tags?.map(({ Key }) => Key)).toEqual(['Disk', 'Own'])
  const versions = await client.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: 'app' }))
  expect(versions.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.TagSpecifications).toEqual([
    { ResourceType: 'instance', Tags: [{ Key: 'Tier', Value: 'app' }] },
    { ResourceType: 'volume', Tags: [{ Key: 'Disk', Value: 'app' }] },
  ])
})

it('describes interfaces in the words of the services that made them', async () => {
  await launch()
  const attach = (owner: string, rest: object = {}) =>
    cloud.network.attach({ owner, subnet: 'data-a', securityGroups: [], ...rest })
  attach('library', { announce: true })
  attach('librarydatabase')
  attach('0123456789abcdef0123456789abcdef')
  const { NetworkInterfaces: all = [] } = await client.send(new DescribeNetworkInterfacesCommand({}))
  expect(all.map(({ Description: description }) => description).sort()).toEqual([
    '',
    'ELB app/library/0123456789abcdef',
    'Interface for NAT Gateway nat',
    'RDSNetworkInterface',
    'VPC Endpoint Interface vpce-0123456789abcdef0',
    expect.stringMatching(/^arn:aws:ecs:us-east-1:123456789012:attachment\/[0-9a-f-]{36}$/),
  ])
})
