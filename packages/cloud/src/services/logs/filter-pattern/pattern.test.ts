import { seeded } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { parsePattern } from './pattern.ts'

const matches = (pattern: string, message: string) => parsePattern(pattern).match(message) !== undefined

describe('terms', () => {
  const lines = ['ERROR WARN message', 'ERROR message', 'WARN message']
  // CloudWatch Logs User Guide, "Filter pattern syntax": its examples.
  it.each([
    ['', [0, 1, 2]],
    ['ERROR', [0, 1]],
    ['?ERROR ?WARN', [0, 1, 2]],
    ['ERROR WARN', [0]],
    ['ERROR -WARN', [1]],
    ['-ERROR', [2]],
    ['"ERROR message"', [1]],
    ['%^WARN%', [2]],
    ['%ERR.R (WARN|x)%'.replace('(WARN|x)', 'W[A-Z]+'), [0]],
    ['error', []],
    ['ERROR ?WARN', [0, 1]],
  ])('%s match the lines %j', (pattern, expected) => {
    expect(lines.flatMap((line, i) => (matches(pattern, line) ? [i] : []))).toEqual(expected)
  })

  it('in quotation marks hold any character', () => {
    expect(matches(String.raw`"say \"no\" -?"`, 'they say "no" -?')).toBe(true)
  })
})

describe('JSON', () => {
  const event = JSON.stringify({
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another value'],
    objectList: [
      { name: 'a', id: 1 },
      { name: 'b', id: 2 },
    ],
    SomeObject: null,
    ThisFlag: true,
    latency: 500.5,
    code: '404',
    user: { id: 1, email: 'reader@example.com' },
    coordinates: [
      [0, 1, 2],
      [4, 5, 6],
    ],
  })
  // CloudWatch Logs User Guide, "Filter pattern syntax": the examples of JSON patterns, and their rules.
  it.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{ $.eventType = UpdateTrail }', true],
    ['{ $.eventType = Update* }', true],
    ['{ $.eventType = *Trail }', true],
    ['{ $.eventType = "*date*" }', true],
    ['{ $.eventType = Up*Trail }', false],
    ['{ $.eventType = * }', true],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.sourceIPAddress = %111\\.111% }', true],
    ['{ $.sourceIPAddress != %^111% }', false],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.arrayKey[2] = "value" }', false],
    ['{ $.objectList[1].id = 2 }', true],
    ['{ $.objectList[*].id = 2 }', true],
    ['{ $.eventType[0] = "U" }', false],
    ['{ $.SomeObject IS NULL }', true],
    ['{ $.eventType IS NULL }', false],
    ['{ $.SomeOtherObject NOT EXISTS }', true],
    ['{ $.eventType NOT EXISTS }', false],
    ['{ $.eventType EXISTS }', true],
    ['{ $.ThisFlag IS TRUE }', true],
    ['{ $.ThisFlag IS FALSE }', false],
    ['{ $.latency >= 500 }', true],
    ['{ $.latency > 5.1e2 }', false],
    ['{ $.latency < +1000 }', true],
    ['{ $.latency = 500.50 }', true],
    ['{ $.code = 404 }', true],
    ['{ $.code = "404" }', true],
    ['{ $.missing != 1 }', false],
    ['{ $.objectList = 1 }', false],
    ['{ $.objectList != 1 }', false],
    ['{ $.coordinates[1][2] = 6 }', true],
    ["{ $.['eventType'] = UpdateTrail }", true],
    ['{ ($.user.id = 1) && ($.user.email = "reader@example.com") }', true],
    ['{ ($.user.id = 2 && $.latency = 1) || $.code = 1 }', false],
    ['{ $.user.id = 1 || $.code = 1 && $.code = 2 }', true],
    ['{ ($.user.id = 1 || $.code = 1) && $.code = 2 }', false],
  ])('%s is %s', (pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected)
  })

  it('does not match what is no JSON', () => {
    expect(matches('{ $.a = 1 }', 'a = 1')).toBe(false)
    expect(matches('{ $.a = 1 }', '{"a":1')).toBe(false)
  })
})

describe('space-delimited fields', () => {
  const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
  // CloudWatch Logs User Guide, "Filter pattern syntax": the examples of space-delimited patterns.
  it.each([
    ['[ip, user, username, timestamp, request, status_code, bytes]', true],
    ['[ip, user, username, timestamp, request, status_code]', false],
    ['[..., status_code, bytes]', true],
    ['[ip, user, ..., status_code, bytes]', true],
    ['[ip, user, ...]', true],
    ['[ip, user, username, timestamp, request, status_code, bytes > 1000]', true],
    ['[ip, user, username, timestamp, request, status_code = 200, bytes]', false],
    ['[ip, user, username, timestamp, request, status_code = 4*, bytes]', true],
    ['[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]', true],
    ['[ip, user, username, timestamp, request, status_code = 4* && status_code != 404, bytes]', false],
    ['[ip, user, username, timestamp, request, status_code = 200 || status_code = 404, bytes]', true],
    ['[ip=%127\\.0\\.0\\.[0-9]%, ...]', true],
    ['[ip!="127.0.0.1", ...]', false],
    ['[a,b,c,d,e,f,g,h]', false],
  ])('%s is %s', (pattern, expected) => {
    expect(matches(pattern, line)).toBe(expected)
  })

  it('are extracted under their names, or their numbers', () => {
    expect(parsePattern('[..., request=*.html*, status_code=4*,]').match(line)?.extracted).toEqual({
      $1: '127.0.0.1',
      $2: '-',
      $3: 'frank',
      $4: '10/Oct/2000:13:25:15 -0700',
      $request: 'GET /index.html HTTP/1.0',
      $status_code: '404',
      $7: '1534',
    })
  })

  it('may be asked for words that are not there', () => {
    const lines = ['ERROR WARN message', 'ERROR message', 'WARN message', 'INFO message']
    expect(lines.filter(each => matches('[w1=ERROR, w2]', each))).toEqual(['ERROR message'])
    expect(lines.filter(each => matches('[w1=ERROR || w1=WARN, w2]', each))).toEqual(['ERROR message', 'WARN message'])
    expect(lines.filter(each => matches('[w1=!ERROR && w1=!WARN, w2]', each))).toEqual(['INFO message'])
  })
})

it.each([
  ['"open', "it can't be read"],
  ['{ $.a = }', 'unexpected end'],
  ['{ $.a', 'ends with }'],
  ['{ $.a > b }', '> compares with a number'],
  ['{ a = 1 }', 'unexpected a'],
  ['{ $.a = 1 $.b = 2 }', 'unexpected $.b'],
  ['[a, b', 'ends with ]'],
  ['[..., a, ...]', 'more than one ellipsis'],
  ['[a ~ b]', 'is not a condition'],
  ['[a = 1 && b = 2]', 'has a condition on b'],
  ['%(a+)+%', 'not supported'],
  ['%[%', 'not a regular expression'],
  ['%a*b*c*d*e*f*%', 'more than 5 times'],
])('%s is refused', (pattern, message) => {
  expect(() => parsePattern(pattern)).toThrow(message)
})

it('a pattern fails in no other way, whatever is written', () => {
  const random = seeded('patterns')
  const parts = [
    '{',
    '}',
    '[',
    ']',
    '$.a',
    '=',
    '!=',
    '1',
    '"',
    '%',
    '&&',
    '||',
    '(',
    ')',
    'x',
    ',',
    '...',
    '-',
    '?',
    'IS',
    'NULL',
    '\\',
  ]
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: 1 + random.integer(9) }, () => random.pick(parts)).join(random.pick(['', ' ']))
    try {
      parsePattern(text).match('{"a":1}')
    } catch (error) {
      expect(error, text).toHaveProperty('name', 'InvalidParameterException')
    }
  }
})
