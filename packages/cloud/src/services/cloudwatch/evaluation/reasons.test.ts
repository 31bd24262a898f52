import type { ComparisonOperator, MissingData } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { javaDouble, longTime } from '../wording.ts'
import type { MetricAlarmDefinition } from './definition.ts'
import { reasonFor } from './reasons.ts'

interface Rest {
  readonly comparison?: ComparisonOperator
  readonly missingData?: MissingData
  readonly datapointsGiven?: boolean
}

const alarm = (m: number, n: number, threshold: number, rest: Rest = {}): MetricAlarmDefinition => ({
  name: 'a',
  arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:a',
  description: '',
  queries: [],
  threshold,
  comparison: 'GreaterThanThreshold',
  evaluationPeriods: n,
  datapointsToAlarm: m,
  missingData: 'missing',
  actions: { enabled: true, alarm: [], ok: [], insufficientData: [] },
  ...rest,
})

const point = (value: number, time: string, breaching = true) => ({ at: Date.parse(`${time}Z`), value, breaching })

describe('the reason of a state', () => {
  it("is that of AWS's example, to ALARM and back", () => {
    // CloudWatch User Guide, "Alarm events and EventBridge".
    const given = alarm(1, 1, 50, { datapointsGiven: true })
    expect(reasonFor(given, 'ALARM', [point(99.50160229693434, '2019-10-02T16:59:00')], 0)).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [99.50160229693434 (02/10/19 16:59:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).',
    )
    expect(reasonFor(given, 'OK', [point(0.0666851903306472, '2019-10-01T13:46:00', false)], 0)).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [0.0666851903306472 (01/10/19 13:46:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).',
    )
  })

  it('names M breaching points of N, newest first', () => {
    const points = [
      point(7, '2026-01-01T00:00:00'),
      point(1, '2026-01-01T00:01:00', false),
      point(8.5, '2026-01-01T00:02:00'),
    ]
    expect(reasonFor(alarm(2, 3, 5, { comparison: 'GreaterThanOrEqualToThreshold' }), 'ALARM', points, 0)).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [8.5 (01/01/26 00:02:00), 7.0 (01/01/26 00:00:00)] were greater than or equal to the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
    )
    expect(reasonFor(alarm(2, 3, 5), 'OK', points, 0)).toContain('(minimum 2 datapoints for ALARM -> OK transition)')
  })

  // As seen in notifications of AWS.
  it.each([
    [alarm(1, 1, 1), 'INSUFFICIENT_DATA', 0, 0, 'Insufficient Data: 1 datapoint was unknown.'],
    [alarm(3, 3, 1), 'INSUFFICIENT_DATA', 0, 0, 'Insufficient Data: 3 datapoints were unknown.'],
    [
      alarm(1, 1, 1),
      'ALARM',
      1,
      0,
      'Threshold Crossed: 1 datapoint [7.0 (18/09/26 06:00:00)] was greater than the threshold (1.0).',
    ],
    [
      alarm(2, 2, 1, { missingData: 'breaching' }),
      'ALARM',
      0,
      2,
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    [
      alarm(1, 1, 1, { missingData: 'notBreaching' }),
      'OK',
      0,
      1,
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
    [
      alarm(2, 2, 1, { missingData: 'breaching' }),
      'ALARM',
      1,
      1,
      'Threshold Crossed: 1 datapoint [7.0 (18/09/26 06:00:00)] was greater than the threshold (1.0) and 1 missing datapoint was treated as [Breaching].',
    ],
  ] as const)('has the wording for each case', (definition, state, real, filled, expected) => {
    const points = real === 0 ? [] : [point(7, '2026-09-18T06:00:00')]
    expect(reasonFor(definition, state, points, filled)).toBe(expected)
  })
})

it('numbers are written in the way of Java', () => {
  expect([0, 1, -2, 0.5, 45628, 1e7, 123456789, 0.0001, 1e-3].map(javaDouble)).toEqual([
    '0.0',
    '1.0',
    '-2.0',
    '0.5',
    '45628.0',
    '1.0E7',
    '1.23456789E8',
    '1.0E-4',
    '0.001',
  ])
})

it('composite alarms write the day out', () => {
  expect(longTime(Date.parse('2022-07-22T15:57:45.394Z'))).toBe('Friday 22 July, 2022 15:57:45 UTC')
})
