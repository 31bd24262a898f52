import { describe, expect, it } from 'vitest'
import { Tally } from './tally.ts'

describe('a tally', () => {
  it('gives what was counted since the last time, by the names of the metrics', () => {
    const tally = new Tally()
    expect(tally.take()).toBeUndefined()
    tally.addRequest()
    tally.addRequest()
    tally.addAnswer(200, 3)
    tally.addAnswer(204, 3)
    tally.addAnswer(503, 12)
    tally.addAnswer(101, 1)
    tally.addBytes(900)
    tally.add('NonStickyRequestCount')
    expect(tally.take()).toEqual({
      counts: {
        RequestCount: 2,
        ProcessedBytes: 900,
        NonStickyRequestCount: 1,
        HTTPCode_Target_2XX_Count: 2,
        HTTPCode_Target_5XX_Count: 1,
      },
      responseTimes: { values: [0.003, 0.012, 0.001], counts: [2, 1, 1] },
      chargedRules: 0,
    })
    expect(tally.take()).toBeUndefined()
    tally.addRequest()
    expect(tally.take()?.counts).toEqual({ RequestCount: 1 })
  })

  // "Elastic Load Balancing pricing", "LCU details": the first ten processed rules are free.
  it('charges the rules of each request beyond the tenth', () => {
    const tally = new Tally()
    for (const rules of [1, 10, 11, 30]) tally.addRules(rules)
    expect(tally.take()).toMatchObject({ counts: { RuleEvaluations: 52 }, chargedRules: 21 })
  })
})
