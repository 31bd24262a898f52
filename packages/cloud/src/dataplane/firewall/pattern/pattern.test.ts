import { describe, expect, it } from 'vitest'
import { Pattern } from './pattern.ts'

describe('a regular expression', () => {
  it.each<[string, string, boolean]>([
    ['^/a(b|c)+d$', '/abcbd', true],
    ['^/a(b|c)+d$', '/ad', false],
    ['(?i)ADMIN', '/admin', true],
    [String.raw`\bcat\b`, 'a cat.', true],
    [String.raw`\bcat\b`, 'concat', false],
    [String.raw`^\d{2,3}$`, '1234', false],
    [String.raw`^\d{2,3}$`, '123', true],
    ['[^a-c]', 'abc', false],
    ['[[:digit:]_-]', 'a-b', true],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['^$', '', true],
    ['a{0}b', 'b', true],
    ['x*?y', 'xxy', true],
  ])('%s on %j: %s', (source, text, expected) => {
    expect(new Pattern(source).test(text)).toBe(expected)
    expect(new Pattern(source).test(text)).toBe(expected)
  })

  it.each([
    '(a',
    'a)',
    '(?=a)',
    String.raw`(a)\1`,
    'a++',
    '*',
    '[a',
    '(?<=b)a',
    'a{2,1}',
    '((a{1,100}){1,100}){1,100}',
  ])('%s is refused', source => {
    expect(() => new Pattern(source)).toThrow(/can't be used/)
  })

  it('takes time that grows with the text alone, where going back would take for ever', () => {
    const pattern = new Pattern('^(a+)+$|(a|aa)+$|(.*a){12}b')
    expect(pattern.test(`${'a'.repeat(8000)}!`)).toBe(false)
  })
})
