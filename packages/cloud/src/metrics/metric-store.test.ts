import { days, hours, minutes, seconds, seeded, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { MetricStore } from './metric-store.ts'
import type { MetricDatum } from './metrics.ts'
import { readStatistic } from './statistics.ts'

const METRIC = { namespace: 'Library', name: 'Latency', dimensions: { Host: 'a' } }
const START = Date.UTC(2026, 0, 1)

function storeWith(...data: readonly Omit<MetricDatum, 'namespace' | 'name' | 'dimensions'>[]) {
  const clock = new VirtualClock(START)
  const store = new MetricStore(clock)
  for (const datum of data) store.put({ ...METRIC, ...datum })
  const read = (statistic: string, rest: object = {}) =>
    store
      .query({ ...METRIC, statistic, period: minutes(1), from: START, to: START + hours(1), ...rest })
      .map(({ value }) => value)
  return { clock, store, read }
}

const tens = { values: [100, 10, 20, 30, 40, 50, 60, 70, 80, 90], counts: Array.from({ length: 10 }, () => 1) }

describe('statistics', () => {
  // CloudWatch User Guide, "CloudWatch statistics definitions".
  it.each([
    ['SampleCount', 10],
    ['Sum', 550],
    ['Average', 55],
    ['Minimum', 10],
    ['Maximum', 100],
    ['p0', 10],
    ['p50', 50],
    ['p99', 100],
    ['p100', 100],
    ['tm90', 50],
    ['TM(:90%)', 50],
    ['TM(20%:80%)', 55],
    ['TM(20:50)', 40],
    ['IQM', 55],
    ['tc90', 9],
    ['TC(20:50)', 3],
    ['ts90', 450],
    ['TS(80%:)', 190],
    ['wm80', 52],
    ['WM(20%:80%)', 55],
    ['WM(30:60)', 48],
    ['PR(:30)', 30],
    ['PR(30:60)', 30],
    ['PR(90:)', 10],
  ])('gives %s of ten values as %d', (statistic, expected) => {
    expect(storeWith({ value: tens }).read(statistic)).toEqual([expected])
  })

  it.each(['average', 'p101', 'p', 'tm', 'TM(10:90%)', 'PR(1%:2%)', 'TM(90%:10%)', 'TM(:)', 'TM90', ''])(
    'knows no statistic %j',
    text => {
      expect(readStatistic(text)).toBeUndefined()
    },
  )

  it('equal a naive calculation over random values', () => {
    const random = seeded('statistics')
    for (let round = 0; round < 60; round++) {
      const size = 1 + random.integer(300)
      const values = Array.from({ length: size }, () => random.integer(1 + random.integer(500)) / 4)
      const { store, read } = storeWith()
      // Once as single values, once as values with counts: it must not matter.
      if (round % 2) for (const value of values) store.put({ ...METRIC, value })
      else store.put({ ...METRIC, value: { values, counts: values.map(() => 1) } })
      const sorted = values.toSorted((a, b) => a - b)
      const sum = (of: readonly number[]) => of.reduce((all, each) => all + each, 0)
      const percent = random.integer(101)
      const upTo = Math.max(1, Math.ceil((percent / 100) * size))
      const kept = sorted.slice(0, upTo)
      const bound = sorted[random.integer(size)] ?? 0
      expect(read('Sum')[0]).toBeCloseTo(sum(values), 8)
      expect(read('Average')[0]).toBeCloseTo(sum(values) / size, 8)
      expect(read('Minimum')).toEqual([sorted[0]])
      expect(read('Maximum')).toEqual([sorted.at(-1)])
      expect(read(`p${percent}`)).toEqual([kept.at(-1)])
      expect(read(`tm${percent}`)[0]).toBeCloseTo(sum(kept) / kept.length, 8)
      expect(read(`tc${percent}`)).toEqual([kept.length])
      expect(read(`wm${percent}`)[0]).toBeCloseTo((sum(kept) + (size - upTo) * (kept.at(-1) ?? 0)) / size, 8)
      expect(read(`PR(:${bound})`)[0]).toBeCloseTo((100 * values.filter(value => value <= bound).length) / size, 8)
    }
  })

  it('keep percentiles within half a percent when a period has too many values to keep them all', () => {
    const { store, read } = storeWith()
    const random = seeded('many')
    const values = Array.from({ length: 20_000 }, () => random.next() * 1000)
    for (const value of values) store.put({ ...METRIC, value })
    const exact = values.toSorted((a, b) => a - b)[18_999] ?? 0
    const [p95 = 0] = read('p95')
    expect(Math.abs(p95 - exact) / exact).toBeLessThan(0.0051)
    expect(read('SampleCount')).toEqual([20_000])
  })

  it('need raw values for percentiles, or a set that stands for one value', () => {
    const set = { sampleCount: 3, sum: 6, minimum: 1, maximum: 3 }
    expect(storeWith({ value: set }).read('p50')).toEqual([])
    expect(storeWith({ value: set }).read('Average')).toEqual([2])
    expect(storeWith({ value: { sampleCount: 3, sum: 6, minimum: 2, maximum: 2 } }).read('p50')).toEqual([2])
    expect(storeWith({ value: -1 }, { value: 1 }).read('p50')).toEqual([])
  })
})

describe('periods', () => {
  it('hold what was put within them, and are not there when nothing was', () => {
    const { store, read } = storeWith(
      { value: 1, at: START + 59_999 },
      { value: 2, at: START + minutes(1) },
      { value: 4, at: START + minutes(3) },
    )
    expect(read('Sum')).toEqual([1, 2, 4])
    expect(read('Sum', { period: minutes(2) })).toEqual([3, 4])
    const anchored = {
      ...METRIC,
      statistic: 'Sum',
      period: minutes(2),
      from: START + minutes(1),
      to: START + minutes(5),
    }
    expect(store.query({ ...anchored, anchor: START + minutes(1) })).toEqual([
      { at: START + minutes(1), value: 2, sampleCount: 1 },
      { at: START + minutes(3), value: 4, sampleCount: 1 },
    ])
  })

  it('are as short as a second for high-resolution metrics alone', () => {
    const high = storeWith(...[0, 1, 2, 11].map(n => ({ value: n, at: START + seconds(n), resolution: seconds(1) })))
    expect(high.read('SampleCount', { period: seconds(10) })).toEqual([3, 1])
    expect(high.read('SampleCount')).toEqual([4])
    const standard = storeWith({ value: 1, at: START + seconds(30) })
    expect(
      standard.store.query({ ...METRIC, statistic: 'Sum', period: seconds(10), from: START, to: START + minutes(1) }),
    ).toEqual([{ at: START, value: 1, sampleCount: 1 }])
  })

  // CloudWatch User Guide, "Amazon CloudWatch concepts", "Metrics retention".
  it.each([
    [hours(4), { high: 0, minute: 1, five: 1, hour: 1 }],
    [days(16), { high: 0, minute: 0, five: 1, hour: 1 }],
    [days(64), { high: 0, minute: 0, five: 0, hour: 1 }],
    [days(456), { high: 0, minute: 0, five: 0, hour: 0 }],
  ])('are rolled up when they are old: after %d ms', async (age, expected) => {
    const { clock, store } = storeWith({ value: 5, at: START, resolution: seconds(1) })
    await clock.advance(age)
    store.put({ ...METRIC, name: 'Other', value: 1 })
    const count = (period: number) =>
      store.query({ ...METRIC, statistic: 'Sum', period, from: START, to: START + hours(1) }).length
    expect({
      high: count(seconds(10)),
      minute: count(minutes(1)),
      five: count(minutes(5)),
      hour: count(hours(1)),
    }).toEqual(expected)
  })
})

describe('metrics', () => {
  it('are told apart by each combination of dimensions, whatever the order', () => {
    const store = new MetricStore(new VirtualClock(START))
    store.put({ namespace: 'N', name: 'M', dimensions: { A: '1', B: '2' }, value: 1 })
    store.put({ namespace: 'N', name: 'M', dimensions: { B: '2', A: '1' }, value: 2 })
    store.put({ namespace: 'N', name: 'M', dimensions: { A: '1' }, value: 4 })
    const sum = (dimensions: Record<string, string>) =>
      store.query({
        namespace: 'N',
        name: 'M',
        dimensions,
        statistic: 'Sum',
        period: minutes(1),
        from: START,
        to: START + 1,
      })[0]?.value
    expect([sum({ B: '2', A: '1' }), sum({ A: '1' }), sum({}), sum({ B: '2' })]).toEqual([3, 4, undefined, undefined])
    expect(store.list().map(({ dimensions }) => dimensions)).toEqual([{ A: '1', B: '2' }, { A: '1' }])
  })

  it('keep units apart', () => {
    const { store, read } = storeWith({ value: 1, unit: 'Seconds' }, { value: 2, unit: 'Bytes' }, { value: 4 })
    expect([read('Sum', { unit: 'Seconds' }), read('Sum', { unit: 'None' }), read('Sum', { unit: 'Bits' })]).toEqual([
      [1],
      [4],
      [],
    ])
    expect(read('Sum')).toEqual([7])
    expect(store.list()[0]?.units).toEqual(['Seconds', 'Bytes', 'None'])
  })

  it('take finite numbers only', () => {
    expect(() => storeWith({ value: Number.NaN })).toThrow('Library Latency was given null')
    expect(() => storeWith({ value: { values: [1], counts: [0] } })).toThrow('was given {"values":[1],"counts":[0]}')
  })

  it('stay within bounded memory, however many there are', () => {
    const clock = new VirtualClock(START)
    const store = new MetricStore(clock)
    const size = () =>
      store
        .list()
        .reduce(
          (sum, metric) =>
            sum +
            store.query({ ...metric, statistic: 'Sum', period: minutes(1), from: START - days(14), to: START + 1 })
              .length,
          0,
        )
    for (let i = 0; i < 500_000; i++) {
      store.put({
        namespace: 'N',
        name: `m${i % 25}`,
        dimensions: {},
        value: i,
        at: START - minutes(Math.floor(i / 25)),
      })
    }
    expect(size()).toBeLessThan(500_000)
    expect(size()).toBeGreaterThan(20_000)
  })
})
