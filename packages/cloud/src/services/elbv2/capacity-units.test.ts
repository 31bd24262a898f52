import { minutes } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import type { BalancerSample } from '../../dataplane/messages.ts'
import { CapacityUsage } from './capacity-units.ts'

const sample = (rest: Partial<BalancerSample>): BalancerSample => ({
  loadBalancer: 'lb',
  node: 'us-east-1a',
  counts: {},
  ...rest,
})

// "Elastic Load Balancing pricing", "LCU details": what one unit takes of each dimension; the most used one counts.
describe('capacity units of a minute', () => {
  it.each([
    ['nothing', [], 0],
    ['25 new connections a second', [sample({ counts: { NewConnectionCount: 25 * 60 } })], 1],
    ['3,000 connections on two nodes', ['a', 'b'].map(node => sample({ node, activeConnections: 1500 })), 1],
    ['the most connections at once', [3000, 30].map(activeConnections => sample({ activeConnections })), 1],
    ['1 GB an hour', [sample({ counts: { ProcessedBytes: 1_000_000_000 / 60 } })], 1],
    ['1,000 charged rules a second', [sample({ chargedRules: 60_000, counts: { RuleEvaluations: 90_000 } })], 1],
    ['free rules alone', [sample({ counts: { RuleEvaluations: 90_000 } })], 0],
    [
      'two dimensions, of which one is used more',
      [sample({ counts: { NewConnectionCount: 25 * 60, ProcessedBytes: (2 * 1_000_000_000) / 60 } })],
      2,
    ],
  ] satisfies [string, BalancerSample[], number][])('%s', (_, samples, units) => {
    const usage = new CapacityUsage()
    for (const each of samples) usage.add(each)
    expect(usage.take(minutes(1))).toBeCloseTo(units, 9)
    expect(usage.take(minutes(1))).toBe(0)
  })
})
