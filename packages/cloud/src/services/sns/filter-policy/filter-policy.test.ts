import { describe, expect, it } from 'vitest'
import type { MessageAttributes } from '../message-attributes.ts'
import { type FilterScope, filterPolicyOf } from './filter-policy.ts'

// Amazon SNS Developer Guide: "String value matching", "Numeric value matching", "Key matching", "Filter policy constraints".

const text = (value: string): MessageAttributes => ({ k: { dataType: 'String', text: value } })
const number = (value: number): MessageAttributes => ({ k: { dataType: 'Number', text: String(value) } })
const list = (...values: unknown[]): MessageAttributes => ({
  k: { dataType: 'String.Array', text: JSON.stringify(values) },
})
const NOTHING: MessageAttributes = {}

const byAttributes = (conditions: unknown, attributes: MessageAttributes): boolean =>
  filterPolicyOf(JSON.stringify({ k: conditions }), 'MessageAttributes')?.refusalOf({ body: '', attributes }) ===
  undefined

const byBody = (policy: unknown, body: unknown): boolean =>
  filterPolicyOf(JSON.stringify(policy), 'MessageBody')?.refusalOf({
    body: JSON.stringify(body),
    attributes: {},
  }) === undefined

describe('a filter policy on attributes', () => {
  it.each<[string, unknown, MessageAttributes, boolean]>([
    ['one of the values', ['a', 'b'], text('b'), true],
    ['none of the values', ['a', 'b'], text('c'), false],
    ['another case', ['a'], text('A'), false],
    ['an element of a list', ['a'], list('x', 'a'), true],
    ['a missing attribute', ['a'], NOTHING, false],
    ['a text that looks like the number', [5], text('5'), false],
    ['the number', [5], number(5), true],
    ['the number but for the sixth digit', [301.5], number(301.500001), true],
    ['another number', [301.5], number(301.51), false],
    ['true in a list', [true], list(true), true],
    ['null in a list', [null], list(null), true],
    ['a prefix', [{ prefix: 'bas' }], text('baseball'), true],
    ['another prefix', [{ prefix: 'bas' }], text('rugby'), false],
    ['a suffix', [{ suffix: 'ball' }], text('baseball'), true],
    ['another suffix', [{ suffix: 'ball' }], text('rugby'), false],
    ['whatever case', [{ 'equals-ignore-case': 'Tennis' }], text('TENNIS'), true],
    ['another word whatever case', [{ 'equals-ignore-case': 'Tennis' }], text('rugby'), false],
    ['an address of the network', [{ cidr: '10.0.0.0/24' }], text('10.0.0.255'), true],
    ['an address outside of it', [{ cidr: '10.0.0.0/24' }], text('10.1.1.0'), false],
    ['what is no address', [{ cidr: '10.0.0.0/24' }], text('rugby'), false],
    ['anything but that', [{ 'anything-but': ['rugby', 'tennis'] }], text('baseball'), true],
    ['that', [{ 'anything-but': ['rugby', 'tennis'] }], text('rugby'), false],
    ['a list with something else', [{ 'anything-but': ['rugby'] }], list('rugby', 'baseball'), true],
    ['anything but that, missing', [{ 'anything-but': 'rugby' }], NOTHING, false],
    ['anything but a number', [{ 'anything-but': [100, 500] }], number(101), true],
    ['the number excluded', [{ 'anything-but': [100, 500] }], number(500), false],
    ['anything but a prefix', [{ 'anything-but': { prefix: 'order-' } }], text('data-1'), true],
    ['the prefix excluded', [{ 'anything-but': { prefix: 'order-' } }], text('order-1'), false],
    ['anything but a suffix', [{ 'anything-but': { suffix: '.png' } }], text('a.png'), false],
    ['in the range', [{ numeric: ['>', 0, '<=', 150] }], number(150), true],
    ['below the range', [{ numeric: ['>', 0, '<=', 150] }], number(0), false],
    ['equal', [{ numeric: ['=', 301.5] }], number(3.015e2), true],
    ['a text in the range', [{ numeric: ['>', 0] }], text('5'), false],
    ['what exists', [{ exists: true }], text('x'), true],
    ['what does not exist', [{ exists: true }], NOTHING, false],
    ['what must not exist, and does', [{ exists: false }], text('x'), false],
    ['what must not exist', [{ exists: false }], NOTHING, true],
    ['the second of two conditions', [{ prefix: 'x' }, 'a'], text('a'), true],
    ['a binary attribute', ['eA=='], { k: { dataType: 'Binary', binary: 'eA==' } }, false],
  ])('%s', (_, conditions, attributes, passes) => {
    expect(byAttributes(conditions, attributes)).toBe(passes)
  })

  it('wants all keys, or one of the alternatives', () => {
    const policy = { a: ['1'], $or: [{ b: ['2'] }, { c: ['3'] }] }
    const passes = (values: Record<string, string>) =>
      filterPolicyOf(JSON.stringify(policy), 'MessageAttributes')?.refusalOf({
        body: '',
        attributes: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, { dataType: 'String', text: value }]),
        ),
      }) === undefined
    expect(passes({ a: '1', c: '3' })).toBe(true)
    expect(passes({ a: '1', b: '2' })).toBe(true)
    expect(passes({ a: '1' })).toBe(false)
    expect(passes({ b: '2', c: '3' })).toBe(false)
  })
})

describe('a filter policy on the body', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['a nested key', { a: { b: ['x'] } }, { a: { b: 'x' } }, true],
    ['another value of it', { a: { b: ['x'] } }, { a: { b: 'y' } }, false],
    ['an element of a list', { a: ['x'] }, { a: ['w', 'x'] }, true],
    [
      'an object in a list that meets all',
      { a: { b: ['x'], c: [1] } },
      {
        a: [
          { b: 'x', c: 2 },
          { b: 'x', c: 1 },
        ],
      },
      true,
    ],
    [
      'two objects that meet one key each',
      { a: { b: ['x'], c: [1] } },
      {
        a: [
          { b: 'x', c: 2 },
          { b: 'y', c: 1 },
        ],
      },
      false,
    ],
    ['true', { a: [true] }, { a: true }, true],
    ['null', { a: [null] }, { a: null }, true],
    ['a number', { a: [{ numeric: ['<', 5] }] }, { a: 4 }, true],
    ['a nested key that is missing', { a: { b: [{ exists: false }] } }, {}, true],
    ['a body that is no object', { a: ['x'] }, ['a'], false],
  ])('%s', (_, policy, body, passes) => {
    expect(byBody(policy, body)).toBe(passes)
  })
})

describe('a filter policy is refused', () => {
  const values = (count: number) => Array.from({ length: count }, (_, i) => `v${i}`)

  it.each<[string, unknown, FilterScope, string]>([
    ['as a list', [], 'MessageBody', 'Filter policy must be an object'],
    ['with a value outside of a list', { a: 'x' }, 'MessageBody', '"a" must be an object or an array'],
    ['with an empty list', { a: [] }, 'MessageBody', 'Empty arrays are not allowed'],
    ['with an operator that nobody knows', { a: [{ like: 'x' }] }, 'MessageBody', 'Unrecognized match type like'],
    ['with two operators', { a: [{ prefix: 'x', suffix: 'y' }] }, 'MessageBody', 'Only one key allowed'],
    ['with a list as a value', { a: [['x']] }, 'MessageBody', 'Match value must be String'],
    ['with half a range', { a: [{ numeric: ['>'] }] }, 'MessageBody', 'Value of numeric must be'],
    ['with an empty range', { a: [{ numeric: ['>', 5, '<', 1] }] }, 'MessageBody', 'Bottom must be less than top'],
    ['with too large a number', { a: [{ numeric: ['>', 1e10] }] }, 'MessageBody', 'must be between'],
    ['with a number as a prefix', { a: [{ prefix: 5 }] }, 'MessageBody', 'prefix match pattern must be a string'],
    ['with a text for exists', { a: [{ exists: 'yes' }] }, 'MessageBody', 'either true or false'],
    ['with a bad network', { a: [{ cidr: '10.0.0.0' }] }, 'MessageBody', 'Malformed CIDR'],
    ['with six keys', Object.fromEntries(values(6).map(k => [k, ['x']])), 'MessageBody', 'more than 5 keys'],
    ['with 151 values', { a: values(151) }, 'MessageAttributes', 'too complex'],
    ['with 13 times 12 values', { a: values(13), b: values(12) }, 'MessageAttributes', 'too complex'],
    // Values of a nested key count as often as it is deep.
    ['with 76 values one level down', { a: { b: values(76) } }, 'MessageBody', 'too complex'],
    ['nested on attributes', { a: { b: ['x'] } }, 'MessageAttributes', 'does not support nested filter policy'],
    ['with one alternative', { $or: [{ a: ['x'] }] }, 'MessageBody', 'at least 2 Objects'],
  ])('%s', (_, policy, scope, message) => {
    expect(() => filterPolicyOf(JSON.stringify(policy), scope)).toThrow(message)
  })

  it('unless it has 150 values', () => {
    expect(filterPolicyOf(JSON.stringify({ a: values(150) }), 'MessageAttributes')).toBeDefined()
    expect(filterPolicyOf(JSON.stringify({ a: values(15), b: values(10) }), 'MessageAttributes')).toBeDefined()
    expect(filterPolicyOf('{}', 'MessageAttributes')).toBeUndefined()
  })
})
