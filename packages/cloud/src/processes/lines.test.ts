import { expect, it } from 'vitest'
import { Lines, MAX_LINE_LENGTH } from './lines.ts'

function linesOf(...chunks: readonly (string | Buffer)[]): string[] {
  const lines: string[] = []
  const cutter = new Lines(line => lines.push(line))
  for (const chunk of chunks) cutter.push(Buffer.from(chunk))
  cutter.end()
  return lines
}

it('puts lines together whatever the chunks look like', () => {
  expect(linesOf('a', 'b\nc', '\n\nd\r', '\ne')).toEqual(['ab', 'c', '', 'd', 'e'])
  expect(linesOf()).toEqual([])
})

it('keeps characters whole that are cut in two', () => {
  const euro = Buffer.from('€\n')
  expect(linesOf(euro.subarray(0, 1), euro.subarray(1))).toEqual(['€'])
})

it('splits long lines, and never inside a character', () => {
  const long = 'x'.repeat(2 * MAX_LINE_LENGTH + 1)
  expect(linesOf(`${long}\nnext`).map(line => line.length)).toEqual([MAX_LINE_LENGTH, MAX_LINE_LENGTH, 1, 4])
  const emoji = `${'x'.repeat(MAX_LINE_LENGTH - 1)}😀\n`
  expect(linesOf(emoji)).toEqual(['x'.repeat(MAX_LINE_LENGTH - 1), '😀'])
})
