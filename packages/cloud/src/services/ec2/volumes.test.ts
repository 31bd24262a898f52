import { DescribeInstancesCommand, DescribeTagsCommand, DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterEach, expect, it } from 'vitest'
import { clientOptions } from '../../gateway/testing.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, machineWith, startEc2Cloud } from '../../workload/testing.ts'

let cloud: Ec2Cloud
afterEach(() => cloud.stop())

it('Q-01: a volume of the template is attached to its instance, and available when that is gone', async () => {
  const volume = {
    ...testNode('volume', 'vol-0123456789abcdef0', { zone: 'us-east-1a', size: 8, type: 'gp3', encrypted: true }),
    tags: { Name: 'data' },
  }
  const main = testNode('instance', 'i-0123456789abcdef0', {
    machine: machineWith([]),
    subnet: 'public-a',
    zone: 'us-east-1a',
    publicAddress: false,
    volumes: [{ volume: volume.id, device: '/dev/sdf' }],
  })
  cloud = await startEc2Cloud({ nodes: [...threeTiers(), volume, main] })
  const client = new EC2Client(clientOptions(cloud.gateway.url))
  const describeIt = async () =>
    (await client.send(new DescribeVolumesCommand({ VolumeIds: [volume.physicalId] }))).Volumes?.[0]
  expect(await describeIt()).toMatchObject({
    AvailabilityZone: 'us-east-1a',
    Size: 8,
    VolumeType: 'gp3',
    Encrypted: true,
    State: 'in-use',
    Tags: [{ Key: 'Name', Value: 'data' }],
    Attachments: [{ InstanceId: main.physicalId, Device: '/dev/sdf', DeleteOnTermination: false }],
  })
  const there = new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.device', Values: ['/dev/sdf'] }] })
  expect((await client.send(there)).Volumes?.map(({ VolumeId }) => VolumeId)).toEqual([volume.physicalId])
  const { Reservations } = await client.send(new DescribeInstancesCommand({}))
  expect(Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings).toMatchObject([
    { DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: true } },
    { DeviceName: '/dev/sdf', Ebs: { VolumeId: volume.physicalId, DeleteOnTermination: false } },
  ])
  const tags = await client.send(
    new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [volume.physicalId] }] }),
  )
  expect(tags.Tags).toMatchObject([{ ResourceType: 'volume', Key: 'Name', Value: 'data' }])
  await cloud.instances.terminate(main.physicalId, 0)
  expect(await describeIt()).toMatchObject({ State: 'available' })
  client.destroy()
})
