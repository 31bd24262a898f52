import type { RuleCondition } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { matchRule, type RuleInput } from './rules.ts'

const input: RuleInput = {
  method: 'GET',
  host: 'app.example.com',
  path: '/img/picture.jpg',
  query: 'version=v1&x=2',
  headers: ['User-Agent', 'Mozilla/5.0 Chrome/130'],
  clientAddress: '10.1.2.3',
}
const matches = (condition: RuleCondition, changed: Partial<RuleInput> = {}) =>
  matchRule(
    [
      {
        priority: 1,
        conditions: [condition],
        action: { kind: 'fixedResponse', status: 200, contentType: '', body: '' },
      },
    ],
    { ...input, ...changed },
  ) !== undefined

describe('conditions of listener rules', () => {
  it.each([
    [{ field: 'path-pattern', values: ['/img/*'] }, true],
    [{ field: 'path-pattern', values: ['/IMG/*'] }, false],
    [{ field: 'path-pattern', values: ['/img/?icture.jpg'] }, true],
    [{ field: 'path-pattern', values: ['/img'] }, false],
    [{ field: 'path-pattern', values: ['/other', '/img/*'] }, true],
    [{ field: 'host-header', values: ['*.example.com'] }, true],
    [{ field: 'host-header', values: ['APP.Example.com'] }, true],
    [{ field: 'host-header', values: ['*.app.example.com'] }, false],
    [{ field: 'http-request-method', values: ['GET', 'HEAD'] }, true],
    [{ field: 'http-request-method', values: ['get'] }, false],
    [{ field: 'http-header', name: 'user-agent', values: ['*chrome*'] }, true],
    [{ field: 'query-string', values: [{ key: 'VERSION', value: 'V1' }] }, true],
    [{ field: 'query-string', values: [{ value: '2' }] }, true],
    [{ field: 'query-string', values: [{ key: 'x', value: '3' }] }, false],
    [{ field: 'source-ip', values: ['10.0.0.0/8'] }, true],
    [{ field: 'source-ip', values: ['192.168.0.0/16'] }, false],
  ] as const)('%j matches: %s', (condition, expected) => {
    expect(matches(condition as RuleCondition)).toBe(expected)
  })

  it('never match *.example.com with example.com itself', () => {
    expect(matches({ field: 'host-header', values: ['*.example.com'] }, { host: 'example.com' })).toBe(false)
  })
})
