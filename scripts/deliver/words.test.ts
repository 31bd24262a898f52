import { describe, expect, it } from 'vitest'
import { readWords } from './words.ts'

describe('the words of a delivery', () => {
  it('name system and environment, and may add context', () => {
    const { system, environment, context, expected } = readWords(['items', 'prod', '-c', 'project=other'])
    expect([system, environment, context]).toEqual(['items', 'prod', ['project=other']])
    expect(expected('c0ffee')).toEqual({
      paths: ['/api/v1/items?limit=1'],
      version: { path: '/api/v1/info', is: 'c0ffee' },
    })
    expect(expected().version).toBeUndefined()
  })

  it.each([
    [['library', 'dev'], 'there is no delivery of "library"; give one of items'],
    [[], 'there is no delivery of ""'],
    [['items'], 'give one environment after the system'],
    [['items', 'dev', 'prod'], 'given: dev prod'],
    [['items', 'dev', '--endpoint-url', 'here'], '--endpoint-url here is no URL'],
    [['items', 'dev', '--force'], "Unknown option '--force'"],
  ])('are refused with what is allowed: %j', (words, message) => expect(() => readWords(words)).toThrow(message))
})
