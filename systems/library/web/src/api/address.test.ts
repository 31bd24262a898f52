import { describe, expect, it } from 'vitest'
import { apiAddress } from './address.ts'

describe('the address of the API', () => {
  it('is "app." and the site’s own host when there is no config.json (L-06)', () => {
    expect(apiAddress({ protocol: 'https:', host: 'library.example.com' }, undefined)).toBe(
      'https://app.library.example.com',
    )
    expect(apiAddress({ protocol: 'http:', host: 'library.localhost:4430' }, undefined)).toBe(
      'http://app.library.localhost:4430',
    )
  })

  it('is the name and port of config.json with the scheme of the page (L-06)', () => {
    const config = { apiUrl: 'https://app.library.localhost:4430' }
    expect(apiAddress({ protocol: 'http:', host: 'd1234.library.localhost:4430' }, config)).toBe(
      'http://app.library.localhost:4430',
    )
    expect(
      apiAddress({ protocol: 'https:', host: 'd1234.cloudfront.net' }, { apiUrl: 'https://app.example.com/' }),
    ).toBe('https://app.example.com')
  })

  it('is the site’s own origin when config.json says "/" (L-06)', () => {
    expect(apiAddress({ protocol: 'https:', host: 'web.example.com' }, { apiUrl: '/' })).toBe('https://web.example.com')
  })

  it('does not trip over a config.json that says nothing (L-06)', () => {
    for (const config of [null, 'x', [], {}, { apiUrl: 7 }, { apiUrl: '' }]) {
      expect(apiAddress({ protocol: 'https:', host: 'example.com' }, config)).toBe('https://app.example.com')
    }
  })
})
