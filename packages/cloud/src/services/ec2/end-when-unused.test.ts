import { minutes, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { policy, testRole } from '../../gateway/testing.ts'
import { securityGroup, tcp, testNode, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, machineWith, startEc2Cloud } from '../../workload/testing.ts'
import { ssm } from '../ssm/index.ts'
import { unusedLimitIn } from './end-when-unused.ts'

const SCRIPT = `#!/bin/bash
cat > /usr/local/sbin/terrace-unused <<'UNUSED'
if [ $(($(date +%s) - $(stat -c %Y "$used"))) -ge "$1" ]; then shutdown -h now; fi
UNUSED
cat > /etc/systemd/system/terrace-unused.service <<'UNIT'
[Service]
ExecStart=/usr/local/sbin/terrace-unused 1800
UNIT
`

describe('how long an instance may be unused', () => {
  it.each([
    [SCRIPT, minutes(30)],
    [SCRIPT.replace('shutdown -h now', 'true'), undefined],
    ['#!/bin/bash\nshutdown -h now\n', undefined],
  ])('is read from its script', (script, limit) => expect(unusedLimitIn(script)).toBe(limit))
})

describe('Q-18: an instance that nobody uses', () => {
  let cloud: Ec2Cloud
  let clock: VirtualClock
  afterEach(() => cloud.stop())

  async function launch(terminatesOnShutdown: boolean) {
    clock = new VirtualClock(Date.now())
    const role = {
      ...testRole('role', { Effect: 'Allow', Action: ['ssm:*', 'ssmmessages:*'], Resource: '*' }),
      trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
    }
    const machine = machineWith([], {
      role: 'role',
      userData: SCRIPT,
      securityGroups: ['open'],
      ...(terminatesOnShutdown ? { terminatesOnShutdown } : {}),
    })
    const bastion = testNode('instance', 'i-bastion', {
      machine,
      subnet: 'public-a',
      zone: 'us-east-1a',
      publicAddress: true,
    })
    cloud = await startEc2Cloud({
      nodes: [...threeTiers(), securityGroup('open', [], [tcp(443, '0.0.0.0/0')]), role, bastion],
      clock,
    })
    const [instance] = cloud.instances.list()
    if (!instance) throw new Error('no instance')
    await expect.poll(() => instance.host).toBeDefined()
    return instance
  }

  it('terminates itself after that time, and not a minute before', async () => {
    const instance = await launch(true)
    await clock.advance(minutes(29))
    expect(instance.state).toBe('running')
    const ended = cloud.world.journal.next(({ kind }) => kind === 'ec2.terminated')
    await clock.advance(minutes(1))
    await ended
    expect(cloud.world.journal.since(0).find(({ kind }) => kind === 'ec2.unused')?.message).toMatch(/no session for/)
    expect(Reflect.get(Object(instance), 'stateReason')).toMatchObject({ code: 'Client.InstanceInitiatedShutdown' })
  })

  it('is stopped where its template does not say that it terminates', async () => {
    await launch(false)
    const ended = cloud.world.journal.next(({ kind }) => kind === 'ec2.stopped')
    await clock.advance(minutes(30))
    await ended
  })

  it('stays as long as somebody has a session, and that time more', async () => {
    const instance = await launch(true)
    const agents = await ssm.start(cloud.world)
    try {
      const connections = await cloud.world.ports.need('connections')
      const leaving = new AbortController()
      const session = connections.session({ instance: instance.id }, leaving.signal)[Symbol.asyncIterator]()
      await session.next()
      await clock.advance(minutes(60))
      expect(instance.state).toBe('running')
      leaving.abort()
      await session.next()
      await clock.advance(minutes(29))
      expect(instance.state).toBe('running')
      const ended = cloud.world.journal.next(({ kind }) => kind === 'ec2.terminated')
      await clock.advance(minutes(2))
      await ended
    } finally {
      await agents.stop()
    }
  })
})
