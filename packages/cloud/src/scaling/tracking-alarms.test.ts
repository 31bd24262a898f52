import { minutes, seeded } from '@terrace/kit'
import type { TargetTracking } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { readTrackedMetric } from './tracked-metric.ts'
import { nameTrackingAlarms, trackingAlarmsFor } from './tracking-alarms.ts'

const CPU: TargetTracking = {
  metric: { kind: 'predefined', type: 'Cpu' },
  target: 50,
  disableScaleIn: false,
}

const own = (type: string) =>
  type === 'Cpu' ? { namespace: 'AWS/Test', name: 'CPUUtilization', dimensions: { Name: 'web' } } : undefined

describe('the alarms of target tracking', () => {
  it('are high after three minutes and low after fifteen, and act on the policy', () => {
    const names = nameTrackingAlarms('web', CPU, seeded('test'))
    expect(names.high).toMatch(/^TargetTracking-web-AlarmHigh-[0-9a-f-]{36}$/)
    const reading = readTrackedMetric(CPU.metric, own)
    if (reading.kind !== 'metric') throw new Error('it is a metric')
    const alarms = trackingAlarmsFor({
      names,
      metric: reading.metric,
      target: 50,
      lowPart: 0.7,
      action: 'arn:policy',
      alarmArnPrefix: 'arn:alarm:',
    })
    expect(alarms).toMatchObject([
      {
        name: names.high,
        comparison: 'GreaterThanThreshold',
        threshold: 50,
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
      },
      { name: names.low, comparison: 'LessThanThreshold', threshold: 35, evaluationPeriods: 15, datapointsToAlarm: 15 },
    ])
    expect(alarms[0]).toMatchObject({ actions: { alarm: ['arn:policy'] }, missingData: 'missing' })
  })

  it('have no low one without scale-in', () => {
    expect(nameTrackingAlarms('web', { ...CPU, disableScaleIn: true }, seeded('test')).low).toBeUndefined()
  })
})

describe('a tracked metric', () => {
  it.each([
    [CPU.metric, { kind: 'metric', metric: { name: 'CPUUtilization', statistic: 'Average', period: minutes(1) } }],
    [
      {
        kind: 'predefined',
        type: 'ALBRequestCountPerTarget',
        resourceLabel: 'app/balancer/0123456789abcdef/targetgroup/web/fedcba9876543210',
      },
      {
        kind: 'metric',
        metric: {
          statistic: 'Sum',
          dimensions: {
            LoadBalancer: 'app/balancer/0123456789abcdef',
            TargetGroup: 'targetgroup/web/fedcba9876543210',
          },
        },
      },
    ],
    [{ kind: 'predefined', type: 'ALBRequestCountPerTarget', resourceLabel: 'web' }, { kind: 'invalid' }],
    [
      { kind: 'predefined', type: 'Disk' },
      { kind: 'unknownType', type: 'Disk' },
    ],
    [
      { kind: 'customized', namespace: 'Shop', name: 'Orders', dimensions: {}, statistic: 'Sum' },
      { kind: 'metric', metric: { namespace: 'Shop', statistic: 'Sum', period: minutes(1) } },
    ],
  ] as const)('%j is read as %j', (tracked, reading) => {
    expect(readTrackedMetric(tracked, own)).toMatchObject(reading)
  })
})
