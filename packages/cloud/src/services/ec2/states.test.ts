import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  EC2Client,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { minutes, seconds, VirtualClock } from '@terrace/kit'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, policy, testRole } from '../../gateway/testing.ts'
import type { MetricDatum } from '../../metrics/metrics.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import {
  ask,
  type Ec2Cloud,
  folderWith,
  imageIn,
  imageProcess,
  machineWith,
  startEc2Cloud,
} from '../../workload/testing.ts'
import { insufficientCapacity } from './capacity.ts'

const image = folderWith({
  'main.js': `require('node:http').createServer((_, r) => r.end(String(process.pid))).listen(process.env.PORT, () => console.log('listening'))`,
})

const role = {
  ...testRole('role', {
    Effect: 'Allow',
    Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Resource: '*',
  }),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
}

const machine = machineWith([imageProcess(imageIn(image.path))], { role: 'role' })

/** An instance of the template itself. */
const single = testNode('instance', 'single', {
  machine,
  subnet: 'app-a',
  zone: 'us-east-1a',
  publicAddress: false,
  physicalId: 'i-00000000000000001',
  privateAddress: '10.0.2.77',
})

let cloud: Ec2Cloud
let client: EC2Client

async function start(clock?: VirtualClock): Promise<void> {
  cloud = await startEc2Cloud({ nodes: [...threeTiers(), role, single], ...(clock ? { clock } : {}) })
  client = new EC2Client(clientOptions(cloud.gateway.url))
}

afterAll(() => image.remove())

afterEach(async () => {
  client.destroy()
  await cloud.stop()
})

/** The next time that the application listens. */
const listening = () =>
  new Promise<void>(resolve => {
    const stop = cloud.world.logs.subscribe(({ line }) => {
      if (line !== 'listening') return
      stop()
      resolve()
    })
  })

const nextKind = (kind: string) => cloud.world.journal.next(entry => entry.kind === kind)

const instance = () => {
  const [found] = cloud.instances.list()
  if (!found) throw new Error('there is no instance')
  return found
}

const answer = async () => (await ask(cloud.network.socketOf(instance().networkInterface, 8000))).body

describe('a single instance', () => {
  it('has the id and the address of the template, stops, and starts again with both', async () => {
    await start()
    await listening()
    expect(instance()).toMatchObject({ id: single.physicalId, networkInterface: { address: '10.0.2.77' } })
    const stopped = nextKind('ec2.stopped')
    const stopping = await client.send(new StopInstancesCommand({ InstanceIds: [single.physicalId] }))
    expect(stopping.StoppingInstances?.[0]).toMatchObject({
      PreviousState: { Code: 16, Name: 'running' },
      CurrentState: { Code: 64, Name: 'stopping' },
    })
    await stopped
    expect(instance()).toMatchObject({ state: 'stopped', processes: [] })
    await expect(answer()).rejects.toThrow()
    const again = listening()
    const starting = await client.send(new StartInstancesCommand({ InstanceIds: [single.physicalId] }))
    expect(starting.StartingInstances?.[0]?.PreviousState?.Name).toBe('stopped')
    await again
    expect(instance()).toMatchObject({ id: single.physicalId, networkInterface: { address: '10.0.2.77' } })
    expect(await answer()).toMatch(/^\d+$/)
  })

  it('reboots without a change of its state', async () => {
    await start()
    await listening()
    const before = await answer()
    const again = listening()
    await client.send(new RebootInstancesCommand({ InstanceIds: [single.physicalId] }))
    await again
    expect(instance().state).toBe('running')
    expect(await answer()).not.toBe(before)
  })
})

describe('a zone that stops', () => {
  const INSUFFICIENT =
    'We currently do not have sufficient t2.micro capacity in the Availability Zone you requested (us-east-1a). Our system will be working on provisioning additional capacity. You can currently get t2.micro capacity by not specifying an Availability Zone in your request or choosing us-east-1b.'

  it('takes its instances along, refuses launches in the words of AWS, and brings them back', async () => {
    await start()
    await listening()
    const before = await answer()
    await cloud.world.zones.stop('us-east-1a')
    cloud.world.supervisor.freeze('us-east-1a')
    expect(instance().statusCheck).toBe('impaired')
    const status = await client.send(new DescribeInstanceStatusCommand({}))
    expect(status.InstanceStatuses?.[0]).toMatchObject({
      SystemStatus: { Status: 'impaired' },
      InstanceStatus: { Status: 'impaired', Details: [{ Name: 'reachability', Status: 'failed' }] },
    })
    const launch = { machine, subnet: 'app-a', owner: 'single' }
    await expect(cloud.instances.launch(launch)).rejects.toMatchObject({
      code: 'EC2_INSUFFICIENT_CAPACITY',
      message: INSUFFICIENT,
    })
    const refused = await failureOf(
      client.send(
        new RunInstancesCommand({
          ImageId: 'ami-0123456789abcdef0',
          InstanceType: 't2.micro',
          SubnetId: 'app-a',
          MinCount: 1,
          MaxCount: 1,
        }),
      ),
    )
    expect(refused).toMatchObject({ name: 'InsufficientInstanceCapacity', status: 500, message: INSUFFICIENT })
    const again = listening()
    await cloud.world.zones.start('us-east-1a')
    await again
    expect(instance().statusCheck).toBe('ok')
    expect(await answer()).not.toBe(before)
  })

  it('keeps the processes of an instance that is terminated meanwhile silent until it starts', async () => {
    await start()
    await listening()
    const pid = instance().processes[0]?.pid ?? 0
    await cloud.world.zones.stop('us-east-1a')
    cloud.world.supervisor.freeze('us-east-1a')
    await cloud.instances.terminate(single.physicalId, seconds(10))
    expect(cloud.instances.list()).toEqual([])
    expect(() => process.kill(pid, 0)).not.toThrow()
    expect(cloud.network.interfaces().some(({ address }) => address === '10.0.2.77')).toBe(true)
    await cloud.world.zones.start('us-east-1a')
    expect(() => process.kill(pid, 0)).toThrow()
    expect(cloud.network.interfaces().some(({ address }) => address === '10.0.2.77')).toBe(false)
  })

  it('has no other zone to offer when all have stopped', async () => {
    await start()
    await cloud.world.zones.stop('us-east-1a')
    await cloud.world.zones.stop('us-east-1b')
    expect(insufficientCapacity(cloud.world.zones, 'us-east-1a', 't3.small')).toBe(
      'We currently do not have sufficient t3.small capacity in the Availability Zone you requested (us-east-1a). Our system will be working on provisioning additional capacity.',
    )
  })
})

describe('status checks and metrics on the virtual clock', () => {
  it('are initializing for the first minute', async () => {
    const clock = new VirtualClock()
    await start(clock)
    const status = async () =>
      (await client.send(new DescribeInstanceStatusCommand({}))).InstanceStatuses?.[0]?.InstanceStatus?.Status
    expect(await status()).toBe('initializing')
    await clock.advance(minutes(1))
    expect(await status()).toBe('ok')
    expect((await client.send(new DescribeInstancesCommand({}))).Reservations).toHaveLength(1)
  })

  // Source: reference 7.5; CloudWatch User Guide, "EC2 metrics": detailed monitoring each minute, status checks always.
  it('are written each minute, for the instance and for what CloudWatch adds up', async () => {
    const clock = new VirtualClock()
    await start(clock)
    await listening()
    const data: MetricDatum[] = []
    const put = cloud.world.metrics.put.bind(cloud.world.metrics)
    const complete = new Promise<void>(resolve => {
      cloud.world.metrics.put = (...more) => {
        put(...more)
        data.push(...more)
        resolve()
      }
    })
    await clock.advance(minutes(1))
    await complete
    const names = new Set(data.map(({ name }) => name))
    expect([...names].sort()).toEqual([
      'CPUUtilization',
      'NetworkIn',
      'NetworkOut',
      'StatusCheckFailed',
      'StatusCheckFailed_Instance',
      'StatusCheckFailed_System',
    ])
    const cpu = data.filter(({ name }) => name === 'CPUUtilization').map(({ dimensions }) => dimensions)
    expect(cpu).toEqual([
      { InstanceId: single.physicalId },
      { ImageId: 'ami-0123456789abcdef0' },
      { InstanceType: 't2.micro' },
      {},
    ])
  })
})
