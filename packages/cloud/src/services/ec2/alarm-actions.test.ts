import { minutes, type Stop } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import type { Alarms, AlarmTransition } from '../../ports.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, machineWith, startEc2Cloud } from '../../workload/testing.ts'

const ID = 'i-00000000000000001'

const nodes = [
  ...threeTiers(),
  testNode('instance', 'single', {
    machine: machineWith([]),
    subnet: 'app-a',
    zone: 'us-east-1a',
    publicAddress: false,
    physicalId: ID,
  }),
  testNode('alarm', 'alarm', {
    alarm: {
      name: 'unwell',
      arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:unwell',
      description: '',
      queries: [
        {
          kind: 'metric',
          id: 'm1',
          returnData: true,
          metric: {
            namespace: 'AWS/EC2',
            name: 'StatusCheckFailed',
            dimensions: { InstanceId: ID },
            statistic: 'Maximum',
            period: minutes(1),
          },
        },
      ],
      threshold: 1,
      comparison: 'GreaterThanOrEqualToThreshold',
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      missingData: 'missing',
      actions: { enabled: true, alarm: [], ok: [], insufficientData: [] },
    },
  }),
]

let cloud: Ec2Cloud

afterEach(() => cloud.stop())

type Act = (action: string, transition: AlarmTransition) => void | Promise<void>

/** Offers the port of CloudWatch's alarms, and gives what EC2 has registered there. */
async function actions(): Promise<Act> {
  cloud = await startEc2Cloud({ nodes })
  return await new Promise<Act>(resolve => {
    const alarms: Alarms = {
      put() {},
      remove() {},
      stateOf: () => undefined,
      onAction(prefix, act): Stop {
        if (prefix === 'arn:aws:automate:') resolve(act)
        return () => {}
      },
    }
    cloud.world.ports.provide('alarms', alarms)
  })
}

const transition = (name: string): AlarmTransition => ({
  alarm: { name, arn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}` },
  from: 'OK',
  to: 'ALARM',
  reason: 'Threshold Crossed',
  at: 0,
})

describe('an action of an alarm on its instance', () => {
  it.each([
    ['stop', 'ec2.stopped'],
    ['reboot', 'ec2.reboot'],
    ['recover', 'ec2.reboot'],
    ['terminate', 'ec2.terminated'],
  ])('%s is carried out', async (verb, kind) => {
    const act = await actions()
    await act(`arn:aws:automate:us-east-1:ec2:${verb}`, transition('unwell'))
    const entry = await cloud.world.journal.find(each => each.kind === kind)
    expect(entry.details?.instance).toBe(ID)
  })

  it('says when its metric names no instance', async () => {
    const act = await actions()
    await act('arn:aws:automate:us-east-1:ec2:stop', transition('other'))
    const entry = await cloud.world.journal.find(each => each.kind === 'ec2.alarmFailed')
    expect(entry.message).toContain('its metric has no InstanceId')
  })
})
