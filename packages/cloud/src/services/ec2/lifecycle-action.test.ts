import { seconds, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, Machine, PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { policy, testRole } from '../../gateway/testing.ts'
import { securityGroup, tcp, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, folderWith, imageIn, imageProcess, machineWith, startEc2Cloud } from '../../workload/testing.ts'
import { autoscaling } from '../autoscaling/index.ts'
import { BareTargets } from '../autoscaling/testing/bare-targets.ts'
import { testGroup } from '../autoscaling/testing/test-group.ts'
import { s3 } from '../s3/index.ts'
import type { Service } from '../service.ts'
import { completionIn } from './lifecycle-action.ts'

describe('the lifecycle action that a script completes', () => {
  const done = { hook: 'ready', group: 'tier', result: 'CONTINUE', token: undefined }
  it.each([
    [
      "aws autoscaling complete-lifecycle-action --lifecycle-hook-name 'ready' --auto-scaling-group-name 'tier' \\\n" +
        '  --lifecycle-action-result CONTINUE --instance-id "$instance" || echo no >&2',
      done,
    ],
    [
      'HOOK=ready\naws autoscaling complete-lifecycle-action --lifecycle-action-result=CONTINUE --lifecycle-hook-name $HOOK --auto-scaling-group-name "tier"',
      done,
    ],
    [
      'aws autoscaling complete-lifecycle-action --lifecycle-hook-name ready --auto-scaling-group-name $(group) --lifecycle-action-result ABANDON',
      { hook: 'ready', group: undefined, result: 'ABANDON', token: undefined },
    ],
    ['# aws autoscaling complete-lifecycle-action --lifecycle-hook-name ready', undefined],
    ['aws autoscaling describe-lifecycle-hooks', undefined],
  ])('%j', (script, expected) => expect(completionIn(`#!/bin/bash\n${script}\n`)).toEqual(expected))
})

describe('Q-06: an instance that completes its lifecycle action', () => {
  let cloud: Ec2Cloud
  let clock: VirtualClock
  const stops: { stop(): Promise<void> }[] = []
  afterEach(async () => {
    for (const service of stops.splice(0)) await service.stop()
    await cloud.stop()
  })

  const SCRIPT =
    '#!/bin/bash\nset -e\naws autoscaling complete-lifecycle-action --lifecycle-hook-name ready ' +
    '--auto-scaling-group-name tier --lifecycle-action-result CONTINUE --instance-id "$instance"\n'

  const COMPLETE: PolicyStatement = {
    Effect: 'Allow',
    Action: 'autoscaling:CompleteLifecycleAction',
    Resource: 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/tier',
  }

  const settings = { role: 'role', userData: SCRIPT, securityGroups: ['open'] }

  const start = (subnet: string, ...statements: PolicyStatement[]) =>
    startWith(machineWith([], settings), subnet, statements)

  async function startWith(machine: Machine, subnet: string, statements: PolicyStatement[]): Promise<string[]> {
    const group = testGroup({
      name: 'tier',
      machine,
      subnets: [subnet],
      desiredCapacity: 1,
      targetGroups: [],
      lifecycleHooks: [
        {
          name: 'ready',
          transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
          heartbeatTimeout: seconds(450),
          defaultResult: 'ABANDON',
        },
      ],
    })
    const nodes: ArchitectureNode[] = [
      ...threeTiers(),
      securityGroup('open', [], [tcp(443, '0.0.0.0/0')]),
      { ...testRole('role', ...statements), trust: TRUST },
      group,
    ]
    const surroundings: Service = {
      name: 'around',
      emulates: [],
      async start({ ports }) {
        ports.provide('targetGroups', new BareTargets())
        return { stop: async () => {} }
      },
    }
    clock = new VirtualClock(Date.now())
    cloud = await startEc2Cloud({ nodes, services: [s3, surroundings], clock })
    const kinds: string[] = []
    cloud.world.journal.subscribe(({ kind, message }) => kinds.push(`${kind} ${message}`))
    const started = await autoscaling.start(cloud.world)
    stops.push(started)
    if (started.api) cloud.gateway.register(started.api)
    return kinds
  }

  it('is in service then, long before the hook’s time is over', async () => {
    const journal = await start('app-a', COMPLETE)
    await expect.poll(() => journal.join('\n'), { timeout: 10_000 }).toMatch(/Completed with CONTINUE/)
    const { all } = await cloud.world.ports.need('groups')
    expect(all.flatMap(({ members }) => members.map(({ state }) => state))).toEqual(['InService'])
  })

  it('Q-10: completes nothing while its process ends at the start, again and again: after 450 s it is abandoned', async () => {
    const broken = folderWith({ 'main.js': "console.log('broken'); process.exit(1)" })
    const userData = `${SCRIPT.replace('set -e\n', 'set -e\nuntil curl -fsS http://127.0.0.1:8000/readyz; do sleep 2; done\n')}`
    const machine = machineWith([imageProcess(imageIn(broken.path))], { ...settings, userData })
    const pull: PolicyStatement = { Effect: 'Allow', Action: 'ecr:*', Resource: '*' }
    const journal = await startWith(machine, 'app-a', [COMPLETE, pull])
    const restarts = () => journal.filter(line => line.startsWith('ec2.processRestarts')).length
    await expect.poll(restarts).toBeGreaterThan(1)
    await clock.advance(seconds(449))
    expect(journal.join('\n')).not.toMatch(/autoscaling\.(hookEnded|abandoned)/)
    await clock.advance(seconds(1))
    await expect.poll(() => journal.join('\n')).toMatch(/autoscaling\.abandoned .*Heartbeat Timeout/)
    expect(journal.join('\n')).not.toMatch(/Completed with CONTINUE/)
    broken.remove()
  })

  it('completes nothing without the permission, and the journal names it', async () => {
    const journal = await start('app-a')
    await expect
      .poll(() => journal.join('\n'), { timeout: 10_000 })
      .toMatch(/ec2\.lifecycleNotCompleted .*autoscaling:CompleteLifecycleAction/)
    expect(journal.join('\n')).not.toMatch(/autoscaling\.hookEnded/)
  })

  it('completes nothing without a way to Auto Scaling', async () => {
    const journal = await start('data-a', COMPLETE)
    await expect.poll(() => journal.join('\n'), { timeout: 10_000 }).toMatch(/lifecycleNotCompleted .*no way to/)
  })
})

const TRUST = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } })
