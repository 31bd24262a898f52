import { minutes, seeded, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { MetricStore } from '../../../metrics/metric-store.ts'
import { type Query, QueryRun } from './run-queries.ts'

const START = Date.UTC(2026, 0, 5)
type Points = readonly (number | undefined)[]

/** Five minutes of m1 and m2, and what an expression makes of them. */
function compute(expression: string, data: Readonly<Record<string, Points>> = {}) {
  const { m1 = [30, 20, 0, 0, undefined], m2 = [20, undefined, 20, undefined, undefined], ...more } = data
  const store = new MetricStore(new VirtualClock(START))
  const all: Readonly<Record<string, Points>> = { m1, m2, ...more }
  for (const [name, values] of Object.entries(all)) {
    for (const [i, value] of values.entries()) {
      if (value !== undefined) store.put({ namespace: 'N', name, dimensions: {}, value, at: START + minutes(i) })
    }
  }
  const queries: Query[] = Object.keys(all).map(name => ({
    kind: 'metric',
    id: name,
    metric: { namespace: 'N', name, dimensions: {}, statistic: 'Sum', period: minutes(1) },
  }))
  queries.push({ kind: 'expression', id: 'e1', expression })
  const value = new QueryRun(store, queries, { from: START, to: START + minutes(5) }).valueOf('e1')
  const row = (points: ReadonlyMap<number, number>) =>
    [0, 1, 2, 3, 4].map(i => points.get(START + minutes(i)) ?? '-').join(' ')
  if (value?.kind === 'scalar') return value.value
  return value?.kind === 'series' ? row(value.series.points) : value?.list.map(({ points }) => row(points))
}

describe('metric math', () => {
  // CloudWatch User Guide, "Using metric math": its tables, and its rules for missing values.
  it.each([
    ['m1 < m2', '0 0 1 0 -'],
    ['m1 >= 30', '1 0 0 0 -'],
    ['m1 > 15 AND m2 > 15', '1 0 0 0 -'],
    ['m1 > 15 || m2 > 15', '1 1 1 0 -'],
    ['m1 + m2', '50 20 20 0 -'],
    ['m1 - m2 * 2', '-10 20 -40 0 -'],
    ['(m1 - m2) * 2', '20 40 -40 0 -'],
    ['m2 / m1', String('0.6666666666666666 0 - - -')],
    ['-m1 + 2^3^0', '-28 -18 2 2 -'],
    ['100 / m1', '3.3333333333333335 5 - - -'],
    ['m1 / PERIOD(m1)', '0.5 0.3333333333333333 0 0 -'],
    ['m1 - AVG(m1)', '17.5 7.5 -12.5 -12.5 -'],
    ['AVG([m1, m2])', '25 10 10 0 -'],
    ['MIN(METRICS())', '20 20 0 0 -'],
    ['MAX([m1, m2])', '30 20 20 0 -'],
    ['SUM(METRICS("2"))', '20 - 20 - -'],
    ['SUM(METRICS()) / METRIC_COUNT(METRICS())', '25 10 10 0 -'],
    ['DATAPOINT_COUNT(METRICS())', '2 1 2 1 -'],
    ['SUM(m1) / DATAPOINT_COUNT(m1)', 12.5],
    ['FILL(m2, 7)', '20 7 20 7 7'],
    ['FILL(m2, REPEAT)', '20 20 20 20 20'],
    ['FILL(m2, LINEAR)', '20 20 20 - -'],
    ['FILL(m2, m1)', '20 20 20 0 -'],
    ['RATE(m1) * 60', '- -10 -20 0 -'],
    ['DIFF(m2)', '- - 0 - -'],
    ['DIFF_TIME(m2)', '- - 120 - -'],
    ['RUNNING_SUM(m1)', '30 50 50 50 -'],
    ['ABS(-m1)', '30 20 0 0 -'],
    ['CEIL(m1 / 7) - FLOOR(m1 / 7)', '1 1 0 0 -'],
    ['LOG10(m1 * 10 / 3)', '2 1.8239087409443189 - - -'],
    ['TIME_SERIES(MAX(m1))', '30 30 30 30 30'],
    ['MINUTE(m1) + HOUR(m1) + DAY(m1)', '1 2 3 4 5'],
    ['FIRST(SORT(METRICS(), SUM, DESC))', '30 20 0 0 -'],
    ['LAST(SORT(METRICS(), MIN, DESC))', '30 20 0 0 -'],
    ['SUM(SLICE(METRICS(), 1))', '20 - 20 - -'],
    ['SUM(REMOVE_EMPTY([m1 / 0, m2]))', '20 - 20 - -'],
    ['STDDEV([m1, m2])', '5 0 10 0 -'],
  ])('%s is %s', (expression, expected) => {
    expect(compute(expression)).toEqual(expected)
  })

  const tables = {
    m1: [1, 1, 0, 0, undefined],
    m2: [30, undefined, 0, 0, 30],
    m3: [0, 0, 20, undefined, 20],
  }
  // CloudWatch User Guide, "Using IF expressions".
  it.each([
    ['IF(m1, m2, m3)', '30 0 20 - -'],
    ['IF(m1, 5, m3)', '5 5 20 - -'],
    ['IF(m1, m2, 5)', '30 0 5 5 -'],
    ['IF(m2 < 400, 10, 2)', '10 - 10 10 10'],
    ['IF(1, m2, m3)', '30 - 0 0 30'],
    ['IF(0, m2, m3)', '0 0 20 - 20'],
    ['IF(0, m2)', '- - - - -'],
  ])('%s is %s', (expression, expected) => {
    expect(compute(expression, tables)).toBe(expected)
  })

  it.each([
    ['m1 +', "Error in expression 'm1 +': unexpected end"],
    ['m1 m2', 'unexpected "m2" at position 4'],
    ['m1 $ 2', 'unexpected character at position 4'],
    ['m9', "Unknown identifier 'm9'"],
    ['NO(m1)', "Unknown function 'NO'"],
    ['e1 + 1', "The expression 'e1' refers to itself"],
    ['[m1] + [m2]', 'two arrays'],
    ['SORT(m1, AVG, DESC)', 'Argument 1 of SORT must be an array of time series'],
    ['SORT(METRICS(), MEDIAN, DESC)', 'must be one of AVG, MIN, MAX, SUM'],
    [`${'('.repeat(5000)}m1`, 'nested deeper than 100 levels'],
    ['ANOMALY_DETECTION_BAND(m1)', 'the function ANOMALY_DETECTION_BAND of metric math is not emulated'],
    ["SEARCH('x', 'Sum')", 'the function SEARCH of metric math is not emulated'],
    ['SELECT AVG(x) FROM y', 'a query of Metrics Insights is not emulated'],
  ])('refuses %.40s', (expression, message) => {
    expect(() => compute(expression)).toThrow(message)
  })

  it('fails in no other way, whatever is written', () => {
    const random = seeded('expressions')
    const parts = [
      'm1',
      'm2',
      '(',
      ')',
      '[',
      ']',
      ',',
      '+',
      '-',
      '*',
      '/',
      '^',
      '<',
      'AND',
      '2',
      '"x"',
      'SUM(',
      'IF(',
      'FILL(',
      'METRICS(',
      'REPEAT',
      'SORT(',
    ]
    for (let i = 0; i < 3000; i++) {
      const text = Array.from({ length: 1 + random.integer(9) }, () => random.pick(parts)).join(' ')
      try {
        compute(text)
      } catch (error) {
        expect(error).toHaveProperty('name', 'MathError')
      }
    }
  })
})
