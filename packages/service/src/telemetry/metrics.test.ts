import { seconds, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { embeddedMetrics } from './metrics.ts'
import { Spread } from './spread.ts'

function metricsOf() {
  const clock = new VirtualClock()
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => lines.push(JSON.parse(line))
  const metrics = embeddedMetrics({ namespace: 'Items', service: 'items-api', environment: 'dev', clock, write })
  return { clock, lines, metrics }
}

describe('metrics in the embedded metric format', () => {
  it('are one line a minute for each combination of dimensions', async () => {
    const { clock, lines, metrics } = metricsOf()
    metrics.count('Requests')
    metrics.count('Requests', 2)
    metrics.timing('Duration', 12)
    metrics.timing('Duration', 3)
    metrics.count('Requests', 1, { group: 'items' })
    await clock.advance(seconds(59))
    expect(lines).toEqual([])
    await clock.advance(seconds(1))
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: clock.now(),
          CloudWatchMetrics: [
            {
              Namespace: 'Items',
              Dimensions: [['service', 'environment']],
              Metrics: [
                { Name: 'Requests', Unit: 'Count' },
                { Name: 'Duration', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        service: 'items-api',
        environment: 'dev',
        Requests: 3,
        Duration: [3, 12],
      },
      expect.objectContaining({ group: 'items', Requests: 1 }),
    ])
    await clock.advance(seconds(60))
    expect(lines).toHaveLength(2)
  })

  it('take a gauge as the values that it had', () => {
    const { lines, metrics } = metricsOf()
    for (const length of [3, 0, 8]) metrics.gauge('Queued', length)
    metrics.stop()
    expect(lines).toMatchObject([{ Queued: [0, expect.closeTo(3, 1), 8] }])
    expect(JSON.stringify(lines)).toContain('"Metrics":[{"Name":"Queued","Unit":"Count"}]')
  })

  it('writes what is left when it stops', () => {
    const { lines, metrics } = metricsOf()
    metrics.count('Orders')
    metrics.stop()
    expect(lines).toMatchObject([{ Orders: 1 }])
  })

  it('keeps a bounded number of combinations', () => {
    const { lines, metrics } = metricsOf()
    for (let index = 0; index < 1_000; index++) metrics.count('Requests', 1, { path: String(index) })
    metrics.stop()
    expect(lines).toHaveLength(200)
  })
})

describe('a spread', () => {
  it('keeps percentiles within 2 %, and the ends exactly, however many values there are', () => {
    const spread = new Spread()
    for (let value = 1; value <= 10_000; value++) spread.add(value)
    const sample = spread.sample(100)
    expect(sample).toHaveLength(100)
    expect([sample[0], sample.at(-1)]).toEqual([1, 10_000])
    for (const percent of [10, 50, 90, 98]) {
      const value = sample[percent] ?? 0
      expect(Math.abs(value / ((percent + 0.5) * 100) - 1)).toBeLessThan(0.02)
    }
  })

  it('of few values is these values', () => {
    const spread = new Spread()
    for (const value of [0, 7.25]) spread.add(value)
    expect(spread.sample(100)).toEqual([0, 7.25])
    expect(new Spread().sample(100)).toEqual([])
  })
})
