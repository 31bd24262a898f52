import { seeded } from '@terrace/kit'
import type { MissingData } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { decide, type Rules } from './decide.ts'

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const

const read = (text: string) => text.split(' ').map(mark => (mark === '-' ? undefined : mark === 'X'))

const stateOf = (points: string, rules: Rules) => decide(read(points), rules).state

describe('an alarm whose data is missing', () => {
  // CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data": its two tables and the example below them.
  it.each([
    ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', 3, ['INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK']],
    ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', 3, ['ALARM', 'keep', 'ALARM', 'OK']],
    ['- - - - X', 3, ['keep', 'keep', 'ALARM', 'OK']],
    ['- - - X -', 3, ['keep', 'keep', 'ALARM', 'OK']],
    ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', 2, ['ALARM', 'keep', 'ALARM', 'OK']],
  ])('with %s and %d of 3 is as documented', (points, datapointsToAlarm, expected) => {
    const states = TREATMENTS.map(missingData =>
      stateOf(points, { datapointsToAlarm, evaluationPeriods: 3, missingData }),
    )
    expect(states).toEqual(expected)
  })
})

it('an alarm without missing data is a plain count of the newest N', () => {
  const rules = { datapointsToAlarm: 2, evaluationPeriods: 3, missingData: 'missing' } as const
  expect(stateOf('X X 0 0 X', rules)).toBe('OK')
  expect(stateOf('0 0 X 0 X', rules)).toBe('ALARM')
})

/** The documented steps once more, written down without any cleverness. */
function bruteForce(points: readonly (boolean | undefined)[], rules: Rules): string {
  const { datapointsToAlarm: m, evaluationPeriods: n, missingData } = rules
  const real: boolean[] = []
  for (const point of points) if (point !== undefined) real.push(point)
  while (real.length > n) real.shift()
  let breaching = 0
  for (const each of real) if (each) breaching++
  if (real.length === n) return breaching >= m ? 'ALARM' : 'OK'
  const fill: Record<MissingData, boolean | undefined> = {
    breaching: true,
    notBreaching: false,
    ignore: undefined,
    missing: undefined,
  }
  const filler = fill[missingData]
  if (filler !== undefined) {
    const all = [...real]
    while (all.length < n) all.push(filler)
    return all.filter(Boolean).length >= m ? 'ALARM' : 'OK'
  }
  if (real.length === 0) return missingData === 'ignore' ? 'keep' : 'INSUFFICIENT_DATA'
  if (breaching >= m) return 'ALARM'
  if (real.includes(false)) return 'OK'
  if (missingData === 'ignore') return 'keep'
  for (let age = m; age <= points.length; age++) if (points[points.length - age] === true) return 'ALARM'
  return 'keep'
}

it('M of N equals a brute-force model for random data', () => {
  const random = seeded('m of n')
  for (let i = 0; i < 20_000; i++) {
    const evaluationPeriods = 1 + random.integer(6)
    const rules: Rules = {
      evaluationPeriods,
      datapointsToAlarm: 1 + random.integer(evaluationPeriods),
      missingData: random.pick(TREATMENTS),
    }
    const points = Array.from({ length: evaluationPeriods + 2 }, () => random.pick([true, false, undefined]))
    expect(decide(points, rules).state, JSON.stringify({ points, rules })).toBe(bruteForce(points, rules))
  }
})
