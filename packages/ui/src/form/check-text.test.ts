import { describe, expect, it } from 'vitest'
import { checkText } from './check-text.ts'

const title = {
  missing: 'Enter a title',
  maxCharacters: 255,
  tooLong: (max: string, actual: string) => `A title has at most ${max} characters; yours has ${actual}`,
}

describe('checking a text', () => {
  it('asks for one when there are only spaces', () => {
    expect(checkText('  ', title)).toBe('Enter a title')
  })

  it('lets a text stay empty whose rule does not ask for one', () => {
    const { missing: _, ...description } = title
    expect(checkText('  ', description)).toBeUndefined()
    expect(checkText('x'.repeat(256), description)).toMatch(/^A title has at most 255/)
  })

  it('says how long it may be and how long it is', () => {
    expect(checkText('x'.repeat(301), title)).toBe('A title has at most 255 characters; yours has 301')
  })

  it('counts characters as a person does', () => {
    expect(checkText('🦊'.repeat(255), title)).toBeUndefined()
  })

  it('says how short it may be, and what it should look like', () => {
    const code = {
      ...title,
      atLeast: { characters: 3, tooShort: (min: string, actual: string) => `${min}, not ${actual}` },
      pattern: { like: /^[a-z]+$/, unlike: 'Use small letters' },
    }
    expect(checkText(' ab ', code)).toBe('3, not 2')
    expect(checkText('ABC', code)).toBe('Use small letters')
    expect(checkText('abc', code)).toBeUndefined()
  })

  it('takes a secret as it is, spaces too', () => {
    expect(checkText('   ', { ...title, isSecret: true })).toBeUndefined()
  })
})
