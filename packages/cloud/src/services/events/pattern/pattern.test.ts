import { seeded } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { InvalidEventPatternException } from '../errors.ts'
import { matches } from './matches.ts'
import { readPattern } from './read-pattern.ts'

const fits = (pattern: unknown, event: unknown) => matches(readPattern(JSON.stringify(pattern)), event)

// Source of every row: EventBridge User Guide, "Comparison operators for use in event patterns in Amazon EventBridge",
// "Amazon EventBridge event patterns".
describe('a pattern', () => {
  it.each<[string, unknown, readonly unknown[], readonly unknown[]]>([
    ['one of several values', ['a', 'b'], ['a', 'b', ['x', 'b']], ['c', 'A', ['x'], {}, 1, undefined]],
    ['a number', [5], [5, 5.0], ['5', 6, true]],
    ['true', [true], [true], ['true', 1, false]],
    ['null', [null], [null], ['', 0, undefined]],
    ['an empty text', [''], [''], [null, ' ', undefined]],
    ['a beginning', [{ prefix: 'eu-' }], ['eu-west-1', 'eu-'], ['EU-west', 'e', 1]],
    ['a beginning in any case', [{ prefix: { 'equals-ignore-case': 'EU-' } }], ['eu-1', 'Eu-1'], ['us-1']],
    ['an end', [{ suffix: '.png' }], ['a.png'], ['a.PNG', 'png']],
    ['an end in any case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], ['a.png', 'a.PNG'], ['a.jpg']],
    ['a text in any case', [{ 'equals-ignore-case': 'Running' }], ['running', 'RUNNING'], ['run']],
    ['anything but a text', [{ 'anything-but': 'a' }], ['b', 1, null, ['a', 'b']], ['a', undefined, []]],
    ['anything but some', [{ 'anything-but': ['a', 'b'] }], ['c'], ['a', 'b']],
    ['anything but a number', [{ 'anything-but': 5 }], [4, '5'], [5]],
    ['anything but a beginning', [{ 'anything-but': { prefix: 'a' } }], ['b', 1], ['ab', undefined]],
    ['anything but beginnings', [{ 'anything-but': { prefix: ['a', 'b'] } }], ['c'], ['ab', 'ba']],
    ['anything but an end', [{ 'anything-but': { suffix: 'a' } }], ['ab'], ['ba']],
    ['anything but in any case', [{ 'anything-but': { 'equals-ignore-case': ['A', 'b'] } }], ['c'], ['a', 'B']],
    ['anything but a wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], ['a/b'], ['a/lib/b']],
    ['a number above', [{ numeric: ['>', 5] }], [6, 5.1], [5, '6']],
    ['a number that is equal', [{ numeric: ['=', 5] }], [5], [4.9]],
    ['a number in a range', [{ numeric: ['>', 0, '<=', 5] }], [1, 5], [0, 5.1]],
    ['an address in a network', [{ cidr: '10.0.0.0/24' }], ['10.0.0.255'], ['10.0.1.0', 'x', '::1', 10]],
    ['an address of version 6', [{ cidr: '2001:db8::/32' }], ['2001:db8::1'], ['2001:db9::1', '10.0.0.1']],
    ['a field that is there', [{ exists: true }], ['a', 0, null, ['a']], [undefined, { b: 1 }, []]],
    ['a field that is not there', [{ exists: false }], [undefined, []], ['a', null]],
    ['a wildcard', [{ wildcard: 'a*c*e' }], ['ace', 'abcde', 'acce'], ['acd', 'ae', 'bace']],
    ['a wildcard between two ends', [{ wildcard: 'ab*ba' }], ['abba', 'abxba'], ['aba']],
    ['an escaped wildcard', [{ wildcard: 'a\\*\\\\*' }], ['a*\\', 'a*\\b'], ['ab\\']],
    ['several conditions', [{ prefix: 'a' }, { suffix: 'z' }, 'q'], ['ab', 'bz', 'q'], ['b']],
  ])('asks for %s', (_, conditions, yes, no) => {
    const pattern = { detail: { field: conditions } }
    for (const value of yes)
      expect({ value, fits: fits(pattern, { detail: { field: value } }) }).toMatchObject({ fits: true })
    for (const value of no)
      expect({ value, fits: fits(pattern, { detail: { field: value } }) }).toMatchObject({ fits: false })
  })

  it('must match in every field that it names, whatever else the event has', () => {
    const pattern = { source: ['orders'], detail: { state: ['paid'], total: [{ numeric: ['>', 10] }] } }
    const detail = { state: 'paid', total: 11, more: {} }
    expect(fits(pattern, { source: 'orders', detail })).toBe(true)
    expect(fits(pattern, { source: 'orders', detail: { ...detail, total: 9 } })).toBe(false)
    expect(fits(pattern, { source: 'orders' })).toBe(false)
  })

  it('matches one of the alternatives of $or, at any depth', () => {
    const pattern = { detail: { state: ['paid'], $or: [{ total: [{ numeric: ['>', 10] }] }, { gift: [true] }] } }
    expect(fits(pattern, { detail: { state: 'paid', gift: true } })).toBe(true)
    expect(fits(pattern, { detail: { state: 'paid', total: 11 } })).toBe(true)
    expect(fits(pattern, { detail: { state: 'paid', total: 9 } })).toBe(false)
    expect(fits(pattern, { detail: { state: 'open', gift: true } })).toBe(false)
  })

  it('takes $or for a field when it is no list of objects', () => {
    expect(fits({ $or: ['a'] }, { $or: 'a' })).toBe(true)
  })

  it('must be matched by one object of a list as a whole', () => {
    const pattern = { detail: { items: { kind: ['book'], price: [{ numeric: ['<', 5] }] } } }
    const book = { kind: 'book', price: 9 }
    const pen = { kind: 'pen', price: 1 }
    expect(fits(pattern, { detail: { items: [book, pen] } })).toBe(false)
    expect(fits(pattern, { detail: { items: [[pen], [{ ...book, price: 4 }]] } })).toBe(true)
  })

  it('sees no members that every object has', () => {
    expect(fits({ constructor: [{ exists: true }] }, {})).toBe(false)
    expect(fits({ detail: { toString: { name: [{ exists: false }] } } }, { detail: {} })).toBe(true)
  })

  it.each<[string, string, string]>([
    ['no JSON', '{', 'it is not valid JSON'],
    ['no object', '[]', 'Filter is not an object'],
    ['nothing', '{}', 'must not be empty'],
    ['a value without a list', '{"source":"a"}', '"source" must be an object or an array'],
    ['an empty list', '{"source":[]}', 'Empty arrays are not allowed'],
    ['an empty object', '{"detail":{}}', 'Empty objects are not allowed'],
    ['a list in a list', '{"source":[["a"]]}', 'Match value must be String, number, true, false, or null'],
    ['an operator that is not one', '{"source":[{"begins":"a"}]}', 'Unrecognized match type begins'],
    ['a member of every object', '{"source":[{"constructor":"a"}]}', 'Unrecognized match type constructor'],
    ['two operators', '{"source":[{"prefix":"a","suffix":"b"}]}', 'Only one key allowed'],
    ['no operator', '{"source":[{}]}', 'Empty expressions are not allowed'],
    ['a prefix that is no text', '{"source":[{"prefix":1}]}', 'prefix match pattern must be a string'],
    ['exists with a text', '{"source":[{"exists":"true"}]}', 'exists match pattern must be either true or false'],
    ['mixed values', '{"source":[{"anything-but":["a",1]}]}', 'either all values are number or string'],
    [
      'anything-but with an operator',
      '{"source":[{"anything-but":{"cidr":"10.0.0.0/8"}}]}',
      'Unsupported anything-but',
    ],
    ['an unknown comparison', '{"source":[{"numeric":["!",1]}]}', 'Unrecognized numeric range operator: !'],
    ['half a comparison', '{"source":[{"numeric":[">"]}]}', 'Too many elements'],
    ['an empty range', '{"source":[{"numeric":[">",5,"<",5]}]}', 'Bottom must be less than top'],
    ['a range backwards', '{"source":[{"numeric":["<",5,">",1]}]}', 'Bad numeric range operator'],
    ['a large number', '{"source":[{"numeric":[">",5000000001]}]}', 'Value must be between'],
    ['no network', '{"source":[{"cidr":"10.0.0.0"}]}', 'Malformed CIDR'],
    ['a network that is too small', '{"source":[{"cidr":"10.0.0.0/33"}]}', 'Malformed CIDR'],
    ['two wildcards', '{"source":[{"wildcard":"a**b"}]}', 'Consecutive wildcard characters at pos 1'],
    ['an escape of nothing', '{"source":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 1'],
    ['a long text', JSON.stringify({ source: ['a'.repeat(4096)] }), 'longer than 4096'],
  ])('is refused with %s', (_, text, reason) => {
    expect(() => readPattern(text)).toThrow(InvalidEventPatternException)
    expect(() => readPattern(text)).toThrow(reason)
  })

  it('is refused when its alternatives multiply beyond measure', () => {
    const or = [{ a: [1] }, { b: [1] }, { c: [1] }, { d: [1] }, { e: [1] }, { f: [1] }]
    const below = { $or: or, x: { $or: or, y: { $or: or, z: { $or: or } } } }
    expect(() => readPattern(JSON.stringify(below))).toThrow('combinations of alternatives')
  })

  it('is read or refused, and matched or not, whatever it and the event are', () => {
    const random = seeded('patterns')
    const words = [
      '$or',
      'prefix',
      'suffix',
      'anything-but',
      'numeric',
      'exists',
      'cidr',
      'wildcard',
      '__proto__',
      '*',
      '\\',
    ]
    const leaf = () => random.pick<unknown>([...words, '', 0, -1, 1e300, true, false, null, '10.0.0.0/8', '>', '='])
    const grow = (depth: number): unknown => {
      const kind = depth === 0 ? 0 : random.integer(3)
      if (kind === 0) return leaf()
      const count = random.integer(4)
      if (kind === 1) return Array.from({ length: count }, () => grow(depth - 1))
      return JSON.parse(
        `{${Array.from({ length: count }, () => `${JSON.stringify(random.pick(words))}:${JSON.stringify(grow(depth - 1))}`)}}`,
      )
    }
    let read = 0
    for (let round = 0; round < 20_000; round++) {
      const pattern = JSON.stringify(round % 2 === 0 ? grow(5) : { [random.pick(words)]: [leaf(), grow(2)] })
      const event = grow(5)
      try {
        matches(readPattern(pattern), event)
        read++
      } catch (error) {
        if (!(error instanceof InvalidEventPatternException)) throw new Error(pattern, { cause: error })
      }
    }
    expect(read).toBeGreaterThan(100)
  })

  it('is matched in linear time by texts that are made against it', () => {
    const text = 'a'.repeat(100_000)
    expect(fits({ detail: [{ wildcard: `${'a*'.repeat(500)}b` }] }, { detail: text })).toBe(false)
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`
    expect(fits({ detail: [1] }, { detail: JSON.parse(deep) })).toBe(true)
  })
})
