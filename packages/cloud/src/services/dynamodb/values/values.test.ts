import { seeded } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { partitionText, sortText } from '../grammar.ts'
import type { AttributeValue } from './attribute-value.ts'
import { type Condition, holds } from './condition.ts'
import { addDecimals, compareDecimals } from './decimal.ts'
import { sizeOf } from './size.ts'

const random = seeded('values')

/** A decimal of up to 12 digits, also very large and very small ones. */
function anyDecimal(): string {
  const digits = String(random.integer(10 ** (1 + random.integer(12))))
  const zeros = '0'.repeat(random.integer(20))
  const text = random.pick([digits, `${digits}${zeros}`, `0.${zeros}${digits}`, `${random.integer(99)}.${digits}`])
  return canonical(`${random.pick(['', '-'])}${text}`)
}

/** As numbers come from dynalite: without zeros that say nothing. */
const canonical = (text: string): string => {
  const short = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
  const plain = short.replace(/^(-?)0+(?=\d)/, '$1')
  return plain === '-0' ? '0' : plain
}

describe('numbers', () => {
  it('are in the order of their values as text of a key, whatever their sign and size', () => {
    const numbers = Array.from({ length: 300 }, anyDecimal)
    const byKey = numbers.toSorted((a, b) => (`${sortText(a, 'N')}/` < `${sortText(b, 'N')}/` ? -1 : 1))
    for (const [i, number] of byKey.entries()) {
      expect(compareDecimals(byKey[i - 1] ?? number, number)).toBeLessThanOrEqual(0)
    }
  })

  it('are added exactly: what is taken away again leaves what there was', () => {
    for (let i = 0; i < 300; i++) {
      const [a, b] = [anyDecimal(), anyDecimal()]
      const negated = b.startsWith('-') ? b.slice(1) : `-${b}`
      let sum: string
      try {
        sum = addDecimals(a, b)
      } catch (error) {
        expect(error).toMatchObject({ message: expect.stringContaining('38 significant digits') })
        continue
      }
      expect(compareDecimals(addDecimals(sum, negated), a)).toBe(0)
    }
  })

  it.each([
    ['0.1', '0.2', '0.3'],
    ['-5', '5', '0'],
    ['99', '1', '100'],
    ['1.50', '-0.25', '1.25'],
  ])('%s and %s make %s', (a, b, sum) => {
    expect(addDecimals(a, b)).toBe(sum)
  })
})

describe('texts', () => {
  it('are in the order of their UTF-8 bytes as text of a key', () => {
    const texts = ['', 'a', 'a/b', 'ab', 'b', 'é', '\uffff', '😀']
    const byKey = texts.toSorted((a, b) => (`${sortText(a, 'S')}/` < `${sortText(b, 'S')}/` ? -1 : 1))
    expect(byKey).toEqual(texts)
    expect(partitionText('a', 'S')).toMatch(/^[0-9a-f]{6}\/61\/$/)
  })
})

describe('the size of an item', () => {
  // DynamoDB Developer Guide "DynamoDB item sizes and formats"
  it.each<[string, AttributeValue, number]>([
    ['the bytes of a text', { S: 'é€' }, 5],
    ['half a byte for a digit, and one more', { N: '12345' }, 4],
    ['nothing for zeros at its ends', { N: '1200000' }, 2],
    ['one more for a sign', { N: '-27' }, 3],
    ['the bytes of a binary value', { B: 'AQID' }, 3],
    ['one byte for a truth value', { BOOL: false }, 1],
    ['what is in a set', { SS: ['ab', 'c'] }, 3],
    ['three bytes for a list, and one for each item', { L: [{ S: 'a' }, { BOOL: true }] }, 7],
    ['the names in a map', { M: { key: { S: 'ab' } } }, 9],
  ])('has %s', (_, value, bytes) => {
    expect(sizeOf({ ab: value })).toBe(2 + bytes)
  })

  it('is that of no item when it is nested deeper than 32 levels', () => {
    const nested = (levels: number): AttributeValue => (levels === 0 ? { S: '' } : { L: [nested(levels - 1)] })
    expect(sizeOf({ a: nested(32) })).toBe(1 + 4 * 32)
    expect(() => sizeOf({ a: nested(33) })).toThrow('Nesting Levels have exceeded supported limits')
  })
})

describe('conditions', () => {
  const item = {
    no: { BOOL: false },
    empty: { S: '' },
    set: { NS: ['1', '2'] },
    list: { L: [{ M: { a: { N: '1' } } }] },
    bytes: { B: 'AQID' },
  }
  const call = (name: string, ...args: Condition['args']): Condition => ({ type: 'function', name, args })
  const compare = (type: string, ...args: Condition['args']): Condition => ({ type, args })
  it.each<[string, Condition, boolean]>([
    ['false is a value', compare('in', ['no'], { BOOL: false }), true],
    ['an empty text is one', compare('between', ['empty'], { S: '' }, { S: 'a' }), true],
    ['an empty text has a type', call('attribute_type', ['empty'], { S: 'S' }), true],
    ['sets are equal in any order', compare('=', ['set'], { NS: ['2', '1'] }), true],
    ['lists contain maps', call('contains', ['list'], { M: { a: { N: '1' } } }), true],
    ['what is not there is unequal', compare('<>', ['absent'], { S: 'a' }), true],
    ['and nothing else', compare('<', ['absent'], { S: 'a' }), false],
    ['types are not compared', compare('<', ['empty'], { N: '1' }), false],
    ['bytes begin with bytes', call('begins_with', ['bytes'], { B: 'AQI=' }), true],
    ['a size is a number', compare('=', { type: 'function', name: 'size', args: [['empty']] }, { N: '0' }), true],
    ['nothing is inherited', call('attribute_exists', ['constructor']), false],
  ])('%s', (_, condition, expected) => {
    expect(holds(condition, item)).toBe(expected)
  })
})
