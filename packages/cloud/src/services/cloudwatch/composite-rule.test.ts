import { seeded } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import type { AlarmStateValue } from './alarms.ts'
import { alarmsIn, holds, parseAlarmRule } from './composite-rule.ts'

const states: Readonly<Record<string, AlarmStateValue>> = {
  a: 'ALARM',
  b: 'OK',
  'c d': 'INSUFFICIENT_DATA',
  'x(1)': 'ALARM',
}
const evaluate = (rule: string) => holds(parseAlarmRule(rule), name => states[name])

describe('the rule of a composite alarm', () => {
  it.each([
    ['ALARM(a)', true],
    ['ALARM("a") AND NOT ALARM(b)', true],
    ['OK(b) AND INSUFFICIENT_DATA(c d)', true],
    ['ALARM("x(1)")', true],
    ['ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)', true],
    ['TRUE', true],
    ['NOT TRUE OR FALSE', false],
    ['OK(a) OR ALARM(a) AND ALARM(b)', false],
    ['(OK(a) OR ALARM(a)) AND NOT (ALARM(b) OR ALARM(none))', true],
    ['NOT NOT ALARM( a )', true],
    ['NOT(ALARM(b))AND(ALARM(a) OR (OK(a)))', true],
    ['OK(none)', false],
  ])('%s is %s', (rule, expected) => {
    expect(evaluate(rule)).toBe(expected)
  })

  it.each([
    ['', 'ends too early'],
    ['ALARM(a', "can't be read from position 1"],
    ['(ALARM(a)', 'not closed'],
    ['ALARM(a) ALARM(b)', 'goes on after its end'],
    ['AND ALARM(a)', 'unexpected AND'],
    [`${'NOT '.repeat(5000)}TRUE`, 'nested deeper than 200 levels'],
  ])('%.30s is refused', (rule, message) => {
    expect(() => parseAlarmRule(rule)).toThrow(message)
  })

  it('names its alarms, each once', () => {
    expect(alarmsIn(parseAlarmRule('ALARM(a) AND (NOT OK("b") OR TRUE) AND OK(a)'))).toEqual(['a', 'b'])
  })

  it('fails in no other way, whatever is written', () => {
    const random = seeded('rules')
    const parts = ['ALARM(a)', 'OK("b")', 'AND', 'OR', 'NOT', '(', ')', 'TRUE', '"', 'ALARM(', 'x']
    for (let i = 0; i < 2000; i++) {
      const rule = Array.from({ length: 1 + random.integer(9) }, () => random.pick(parts)).join(' ')
      try {
        evaluate(rule)
      } catch (error) {
        expect(error).toHaveProperty('name', 'AlarmRuleError')
      }
    }
  })
})
