import { describe, expect, it } from 'vitest'
import { settingsFrom } from './settings.ts'

describe('the settings of the page', () => {
  it('say which share of page loads is traced, none when they say nothing of use (I-15)', () => {
    expect(settingsFrom({ environment: 'dev', traceSampling: 0.1 })).toEqual({ traceSampling: 0.1 })
    for (const config of [undefined, null, 'x', [], {}, { traceSampling: '1' }, { traceSampling: 2 }])
      expect(settingsFrom(config)).toEqual({ traceSampling: 0 })
  })
})
