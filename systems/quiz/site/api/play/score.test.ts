import { expect, it } from 'vitest'
import type { QuestionKind } from '../schemas/question.ts'
import { normalized } from './normalize.ts'
import { score } from './score.ts'
import { shuffled } from './shuffle.ts'

const question = (kind: QuestionKind, right: string, points = 1, answers: readonly string[] = []) => ({
  kind,
  points,
  answers,
  options: [...'abcd'].map(id => ({ id, text: id, pictureId: null, correct: right.includes(id) })),
})
const chosen = (ids: string) => ({ optionIds: [...ids], text: null })

it.each([
  ['one', 'b', 'b', 100],
  ['one', 'b', 'a', 0],
  ['picture', 'b', 'b', 100],
  ['several', 'ab', 'ab', 100],
  ['several', 'ab', 'a', 50],
  ['several', 'ab', 'abc', 50],
  ['several', 'ab', 'abcd', 0],
  ['several', 'ab', 'cd', 0],
  ['several', 'abc', 'a', 33],
  ['several', 'abc', 'abc', 100],
  ['order', '', 'abcd', 100],
  ['order', '', 'abdc', 50],
  ['order', '', 'bcda', 0],
] as const)('Q-01: %s, of which %j is right: %j gives %i hundredths', (kind, right, given, points) => {
  expect(score(question(kind, right), chosen(given))).toBe(points)
})

it('Q-01: points count that often, and no answer gives none', () => {
  expect(score(question('several', 'abc', 3), chosen('ab'))).toBe(200)
  expect(score(question('one', 'a', 7), chosen('a'))).toBe(700)
  expect(score(question('one', 'a'), undefined)).toBe(0)
})

it.each([
  ['Lima', true],
  ['  lIMA ', true],
  ['Límà', true],
  ['Ｌｉｍａ', true],
  ['Li ma', false],
  ['', false],
])('Q-01: %j as a text is right: %s', (text, isRight) => {
  expect(score(question('text', '', 1, ['Lima', '']), { optionIds: [], text })).toBe(isRight ? 100 : 0)
})

it('Q-01: letters of other scripts stay letters', () => {
  expect(normalized('कि')).not.toBe(normalized('का'))
  expect(normalized('Straße')).toBe(normalized('STRASSE'))
})

it('Q-01: a seed gives one order of the same items, seeds give all orders', () => {
  const items = ['a', 'b', 'c']
  expect(shuffled(items, 'x')).toEqual(shuffled(items, 'x'))
  const orders = new Set(Array.from({ length: 200 }, (_, seed) => shuffled(items, String(seed)).join('')))
  expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
})
