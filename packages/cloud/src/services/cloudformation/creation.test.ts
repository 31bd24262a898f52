import { minutes } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { type CreationKind, SignalCount } from './creation.ts'

/** `+i-1` is a success, `-i-1` a failure, `?` the end of the time. */
function after(kind: CreationKind, signals: number, minSuccessfulPercent: number, ...told: readonly string[]): string {
  const count = new SignalCount(kind, { signals, timeout: minutes(5), minSuccessfulPercent })
  let outcome = count.outcome
  for (const each of told) {
    if (outcome) return `ended before ${each}`
    if (each === '?') outcome = count.overdue
    else {
      count.add(each.slice(1), each.startsWith('+'))
      outcome = count.outcome
    }
  }
  if (!outcome) return 'waits'
  return outcome.kind === 'complete' ? 'complete' : outcome.reason
}

const NOT_ENOUGH = (percent: number) => `Unable to satisfy ${percent}% MinSuccessfulInstancesPercent requirement`

describe('a creation policy', () => {
  // Texts: events of CloudFormation, reference section 11.7; counts: "CreationPolicy attribute".
  it.each([
    ['instance', 1, 100, ['+i-1'], 'complete'],
    ['instance', 1, 100, ['-i-1'], 'Received FAILURE signal with UniqueId i-1'],
    ['instance', 1, 100, ['?'], 'Failed to receive 1 resource signal(s) within the specified duration'],
    ['instance', 3, 100, ['+i-1', '?'], 'Failed to receive 2 resource signal(s) within the specified duration'],
    ['instance', 0, 100, [], 'complete'],
    ['group', 2, 100, ['+i-1'], 'waits'],
    ['group', 2, 100, ['+i-1', '+i-1'], 'waits'],
    ['group', 2, 100, ['+i-1', '-i-1'], 'waits'],
    ['group', 2, 100, ['+i-1', '+i-2'], 'complete'],
    ['group', 2, 100, ['?'], `Received 0 SUCCESS signal(s) out of 2. ${NOT_ENOUGH(100)}`],
    ['group', 1, 100, ['?'], `Received 0 SUCCESS signal(s) out of 1. ${NOT_ENOUGH(100)}`],
    ['group', 2, 100, ['+i-1', '?'], `Received 1 SUCCESS signal(s) out of 2. ${NOT_ENOUGH(100)}`],
    ['group', 2, 100, ['-i-1'], `Received 1 FAILURE signal(s) out of 2. ${NOT_ENOUGH(100)}`],
    ['group', 2, 50, ['-i-1'], 'waits'],
    ['group', 2, 50, ['-i-1', '+i-2'], 'complete'],
    ['group', 2, 50, ['-i-1', '-i-2'], `Received 2 FAILURE signal(s) out of 2. ${NOT_ENOUGH(50)}`],
    ['group', 3, 33.3, ['-i-1', '-i-2', '+i-3'], 'complete'],
    ['group', 3, 34, ['-i-1', '-i-2'], `Received 2 FAILURE signal(s) out of 3. ${NOT_ENOUGH(34)}`],
  ] as const)('of %s with %i signals and %d %% after %j: %s', (kind, signals, percent, told, end) => {
    expect(after(kind, signals, percent, ...told)).toBe(end)
  })

  it('names who failed, and who could not say anything', () => {
    const count = new SignalCount('group', { signals: 2, timeout: minutes(5) })
    count.lose('i-1', 'no way out')
    count.lose('i-2', 'no way out')
    count.add('i-2', true)
    expect(count.overdue).toMatchObject({ because: ['i-1 sent none: no way out'] })
    count.add('i-1', false, 'its secret is missing')
    expect(count.outcome).toMatchObject({ because: ['its secret is missing'] })
  })
})
