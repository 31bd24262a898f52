import { expect, it } from 'vitest'
import { TRANSFORMATIONS } from './transformations.ts'

it.each<[string, string, string]>([
  ['URL_DECODE', 'a%20b+c', 'a b c'],
  ['HTML_ENTITY_DECODE', '&lt;&#x73;&#99;&quot;', '<sc"'],
  ['COMPRESS_WHITE_SPACE', 'a \t\n b', 'a b'],
  ['CMD_LINE', 'C^MD  /c "dir"', 'cmd/c dir'],
  ['NORMALIZE_PATH', '/a/./b/../../c', '/c'],
  ['BASE64_DECODE', 'aGVsbG8=', 'hello'],
  ['HEX_DECODE', '68656c6c6f', 'hello'],
  ['REPLACE_COMMENTS', 'a/* x */b', 'a b'],
  ['REMOVE_NULLS', 'a\0b', 'ab'],
  ['JS_DECODE', String.raw`\u0061\x62`, 'ab'],
  ['SQL_HEX_DECODE', '0x414243', 'ABC'],
])('the transformation %s makes %j %j', (type, text, expected) => {
  expect(TRANSFORMATIONS[type]?.(text)).toBe(expected)
})
