import { describe, expect, it } from 'vitest'
import { optionsFrom } from '../options.ts'

const options = (given: Readonly<Record<string, string>>) => optionsFrom(name => given[name])

describe('the options of the quiz', () => {
  it('Q-09, Q-10: are policies that do not flap, late instances abandoned, the database on the instance', () => {
    expect(options({})).toEqual({
      policies: 'shipped',
      database: 'instance',
      lateLaunch: 'ABANDON',
      deletionProtection: false,
    })
  })

  it('Q-01, Q-09, Q-10: choose what the document has, and RDS', () => {
    expect(options({ policies: 'original', late: 'CONTINUE', database: 'rds', protect: 'true' })).toEqual({
      policies: 'original',
      database: 'rds',
      lateLaunch: 'CONTINUE',
      deletionProtection: true,
    })
  })

  it('refuse a value that is not known, naming those that are', () => {
    expect(() => options({ policies: 'all' })).toThrow(
      'option policies=all is not known; give one of shipped, original',
    )
  })
})
