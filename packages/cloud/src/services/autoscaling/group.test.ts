import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBus, seconds, secureRandom, seeded, VirtualClock } from '@terrace/kit'
import type { AutoScalingGroup } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolders } from '../../folders.ts'
import { Journal } from '../../journal.ts'
import { Logs } from '../../logs.ts'
import { VpcNetwork } from '../../network/vpc-network.ts'
import { type Instance, type Instances, Ports, type TargetGroups } from '../../ports.ts'
import { createSupervisor } from '../../processes/supervisor.ts'
import { testArchitecture, testNode, threeTiers } from '../../testing/architecture.ts'
import type { World } from '../../world.ts'
import { RunningGroup } from './group.ts'

const GROUP: AutoScalingGroup = testNode('autoScalingGroup', 'asg', {
  name: 'library-app',
  machine: { imageId: 'ami-1', instanceType: 't2.micro', securityGroups: ['app'], imdsv2Required: true, userData: '' },
  subnets: ['app-a', 'app-b'],
  minSize: 1,
  maxSize: 4,
  desiredCapacity: 2,
  targetGroups: ['tg'],
  healthChecks: { elb: true, gracePeriod: seconds(30) },
  defaultCooldown: seconds(300),
  groupMetrics: [],
  terminationPolicies: ['Default'],
  suspendedProcesses: [],
})

let folder: string
let clock: VirtualClock
let world: World
let group: RunningGroup
let launched: Instance[]
let log: string[]
let drain: EventBus<{ kind: 'drained'; id: string }>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'asg-'))
  clock = new VirtualClock()
  launched = []
  log = []
  drain = new EventBus()
  const architecture = testArchitecture([...threeTiers(), GROUP])
  const folders = makeFolders(folder)
  world = {
    architecture,
    clock,
    random: seeded(1),
    secureRandom,
    folders,
    journal: new Journal(clock),
    logs: new Logs(clock, folders.logs),
    supervisor: createSupervisor({ clock, record: join(folder, 'processes.json') }),
    ports: new Ports(),
  }
  group = new RunningGroup(world, GROUP, instancesIn(world), targets)
  await group.start()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Instances without machines: the group's decisions are what is looked at. */
function instancesIn({ architecture, random }: World): Instances {
  const network = new VpcNetwork(architecture, random, folder)
  return {
    async launch({ machine, subnet, owner }) {
      const id = `i-${launched.length + 1}`
      const networkInterface = network.attach({ owner: id, subnet, securityGroups: machine.securityGroups })
      const { zone } = networkInterface
      const made: Instance = {
        id,
        owner,
        zone,
        networkInterface,
        machine,
        launchedAt: clock.now(),
        state: 'running',
        statusCheck: 'ok',
        processes: [],
      }
      launched.push(made)
      return made
    },
    async terminate(id) {
      log.push(`terminate ${id}`)
    },
    list: () => launched,
    onChange: () => () => {},
  }
}

const targets: TargetGroups = {
  register: (_, { id }) => log.push(`register ${id}`),
  async deregister(_, id) {
    log.push(`deregister ${id}`)
    await drain.next(event => event.id === id)
  },
  healthOf: () => ({ state: 'unhealthy' }),
  onHealth: () => () => {},
}

const inService = () =>
  group.members.filter(member => member.state === 'InService').map(({ instance }) => `${instance.id} ${instance.zone}`)
const settled = () => clock.advance(0)

describe('an Auto Scaling group', () => {
  it('L-13: launches its desired capacity over its zones and registers it at once', () => {
    expect(inService()).toEqual(['i-1 us-east-1a', 'i-2 us-east-1b'])
    expect(log).toEqual(['register i-1', 'register i-2'])
  })

  it('L-21: replaces an instance that the balancer calls unhealthy, in the same zone, while the old one drains', async () => {
    await clock.advance(seconds(31))
    group.targetUnhealthy('i-2')
    await settled()
    expect(inService()).toEqual(['i-1 us-east-1a', 'i-3 us-east-1b'])
    expect(log.slice(2)).toEqual(['deregister i-2', 'register i-3'])
    drain.publish({ kind: 'drained', id: 'i-2' })
    await settled()
    expect(log.at(-1)).toBe('terminate i-2')
    expect(group.members).toHaveLength(2)
  })

  it('L-21: words its activities as AWS does', async () => {
    await clock.advance(seconds(31))
    group.targetUnhealthy('i-2')
    await settled()
    expect(group.activities.map(({ description, cause }) => `${description}: ${cause}`)).toEqual([
      'Launching a new EC2 instance: i-3: At 2026-01-01T00:00:31Z an instance was launched in response to an unhealthy instance needing to be replaced.',
      'Terminating EC2 instance: i-2: At 2026-01-01T00:00:31Z an instance was taken out of service in response to an ELB system health check failure.',
      expect.stringContaining(
        'Launching a new EC2 instance: i-2: At 2026-01-01T00:00:00Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 2.  ',
      ),
      expect.stringContaining('Launching a new EC2 instance: i-1'),
    ])
  })

  it('L-21: replaces an instance whose machine died at its next look, in the grace period too', async () => {
    const [first] = launched
    if (first) first.statusCheck = 'impaired'
    await clock.advance(seconds(9))
    expect(inService()).toContain('i-1 us-east-1a')
    await clock.advance(seconds(1))
    expect(inService()).toEqual(['i-2 us-east-1b', 'i-3 us-east-1a'])
    expect(group.activities[1]?.cause).toContain('in response to an EC2 instance status check failure.')
  })

  it('waits for the end of the grace period before it believes the balancer', async () => {
    group.targetUnhealthy('i-1')
    await clock.advance(seconds(29))
    expect(inService()).toContain('i-1 us-east-1a')
    await clock.advance(seconds(2))
    expect(inService()).not.toContain('i-1 us-east-1a')
  })

  it('replaces an instance once, however often it is reported', async () => {
    await clock.advance(seconds(31))
    group.targetUnhealthy('i-1')
    group.targetUnhealthy('i-1')
    await settled()
    expect(launched).toHaveLength(3)
  })

  it('grows in the emptier zone and shrinks in the fuller one', async () => {
    await group.setDesiredCapacity(3)
    expect(inService()).toContain('i-3 us-east-1a')
    const shrinking = group.setDesiredCapacity(2)
    drain.publish({ kind: 'drained', id: 'i-1' })
    await shrinking
    expect(inService()).toEqual(['i-2 us-east-1b', 'i-3 us-east-1a'])
  })

  it('terminates an instance on request with or without filling its place', async () => {
    const first = group.terminateInstance('i-1', false)
    await settled()
    drain.publish({ kind: 'drained', id: 'i-1' })
    await first
    expect(inService()).toEqual(['i-2 us-east-1b', 'i-3 us-east-1a'])
    const second = group.terminateInstance('i-3', true)
    drain.publish({ kind: 'drained', id: 'i-3' })
    await second
    expect([inService(), group.desired]).toEqual([['i-2 us-east-1b'], 1])
  })

  it('launches nothing after it was stopped', async () => {
    group.stop()
    await clock.advance(seconds(31))
    group.targetUnhealthy('i-1')
    await settled()
    expect(launched).toHaveLength(2)
  })
})
