import { expect, it } from 'vitest'
import { csvField, csvLine } from './csv.ts'

it.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', '"\'=1+1"'],
  ['+1', '"\'+1"'],
  ['-1', '"\'-1"'],
  ['@SUM(A1)', '"\'@SUM(A1)"'],
  ['  =1', '"\'  =1"'],
  ['\t=1', '"\'\t=1"'],
  ['＝1', '"\'＝1"'],
  ['a=1', 'a=1'],
])('Q-01: %j is written so that no spreadsheet runs it', (text, written) => {
  expect(csvField(text)).toBe(written)
})

it('Q-01: numbers stay numbers, negative ones too', () => {
  expect(csvLine(['a', -1, 0.5])).toBe('a,-1,0.5\r\n')
})
