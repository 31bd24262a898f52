import { describe, expect, it } from 'vitest'
import { optionsFrom } from '../options.ts'

const given = (options: Readonly<Record<string, string>>) => optionsFrom(name => options[name])

describe('options of the notes', () => {
  it('are two to four tasks, not protected, by default', () =>
    expect(given({})).toEqual({
      scaling: { min: 2, desired: 2, max: 4, cpuPercent: 50 },
      deletionProtection: false,
    }))

  it('may be given on the command line', () =>
    expect(given({ min: '3', protect: 'true' })).toMatchObject({
      scaling: { min: 3, desired: 3 },
      deletionProtection: true,
    }))

  it('are refused with what is allowed', () =>
    expect(() => given({ min: '1' })).toThrow('option min=1 is not known; give one of 2, 3, 4'))
})
