import { expect, it } from 'vitest'
import { wordsOf } from './words.ts'

it.each<[string, readonly string[]]>([
  ['systemctl status api', ['systemctl', 'status', 'api']],
  ['  a   b ', ['a', 'b']],
  [`echo 'a b' "c d" e\\ f`, ['echo', 'a b', 'c d', 'e f']],
  ['a; rm -rf / | $(x)', ['a;', 'rm', '-rf', '/', '|', '$(x)']],
  ['', []],
])('the words of %j', (line, words) => {
  expect(wordsOf(line)).toEqual(words)
})
