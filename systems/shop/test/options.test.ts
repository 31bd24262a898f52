import { describe, expect, it } from 'vitest'
import { optionsFrom } from '../options.ts'

const options = (given: Readonly<Record<string, string>>) => optionsFrom(name => given[name])

describe('the options of the shop', () => {
  it('S-19: are two of at least two instances in each tier, removable in one command, without a mistake', () => {
    expect(options({})).toEqual({
      scaling: { min: 2, desired: 2, max: 4, cpuPercent: 50 },
      deletionProtection: false,
      mistake: 'none',
    })
  })

  it('S-17: choose one of the stories', () => {
    expect(options({ mistake: 'schema-race' })).toMatchObject({ mistake: 'schema-race' })
  })

  it('refuse a value that is not known, naming those that are', () => {
    expect(() => options({ mistake: 'typo' })).toThrow(
      'option mistake=typo is not known; give one of none, narrow-endpoint, schema-race, not-ready',
    )
    expect(() => options({ min: '0' })).toThrow('option min=0 is not known; give one of 2, 1')
  })
})
