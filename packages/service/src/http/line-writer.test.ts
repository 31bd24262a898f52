import { milliseconds, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { lineWriter } from './line-writer.ts'

it('writes the lines of a moment at once, in order, and loses none', async () => {
  const clock = new VirtualClock()
  const written: string[] = []
  const output = lineWriter(clock, text => written.push(text))
  output.write('a\n')
  output.write('b\n')
  expect(written).toEqual([])
  await clock.advance(milliseconds(20))
  expect(written).toEqual(['a\nb\n'])
  output.write('c\n')
  output.flush()
  await clock.advance(milliseconds(20))
  expect(written).toEqual(['a\nb\n', 'c\n'])
})

it('writes early what would grow too long', () => {
  const written: string[] = []
  const output = lineWriter(new VirtualClock(), text => written.push(text))
  output.write(`${'x'.repeat(20_000)}\n`)
  expect(written).toHaveLength(1)
})
