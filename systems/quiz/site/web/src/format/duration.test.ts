import { expect, it } from 'vitest'
import { formatDuration } from './duration.ts'

it('says a span in at most two units', () => {
  expect(formatDuration(0)).toBe('0 sec')
  expect(formatDuration(59_400)).toBe('59 sec')
  expect(formatDuration(200_000)).toBe('3 min 20 sec')
  expect(formatDuration(3_725_000)).toBe('1 hr 2 min')
})
