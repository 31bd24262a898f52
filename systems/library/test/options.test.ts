import { describe, expect, it } from 'vitest'
import { optionsFrom } from '../options.ts'

const options = (given: Readonly<Record<string, string>>) => optionsFrom(name => given[name])

describe('the options of the library system', () => {
  it('L-13: ships 2 of at least 2 and at most 3 instances, entered by the CDN, removable in one command', () => {
    expect(options({})).toEqual({
      entry: 'cdn',
      firewall: 'none',
      scaling: { min: 2, desired: 2, max: 3, cpuPercent: 50 },
      deletionProtection: false,
    })
  })

  it('L-13: lets the minimum be 1', () => {
    expect(options({ min: '1' }).scaling).toMatchObject({ min: 1, desired: 2, max: 3 })
  })

  it('L-18: chooses the web tier, with its own group of instances', () => {
    expect(options({ variant: 'web-tier', min: '1' })).toMatchObject({ entry: 'web-tier', webScaling: { min: 1 } })
  })

  it('refuses a value that is not known, naming those that are', () => {
    expect(() => options({ variant: 'apache' })).toThrow(
      'option variant=apache is not known; give one of cdn, web-tier',
    )
    expect(() => options({ min: '0' })).toThrow('option min=0 is not known; give one of 2, 1')
  })

  it('L-16: refuses a firewall where there is no CDN', () => {
    expect(() => options({ variant: 'web-tier', firewall: 'managed' })).toThrow('which variant=web-tier has not')
  })
})
