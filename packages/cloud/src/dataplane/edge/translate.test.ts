import { describe, expect, it } from 'vitest'
import { ontoOurPorts, swapScheme } from './translate.ts'

const isOurs = (host: string) => host.endsWith('.localhost')
const ports = { https: 4430, http: 4431 }

describe('the port that stands for 443', () => {
  it.each([
    ['https://app.library.localhost:443/x', 'https://app.library.localhost:4430/x'],
    ['https://app.library.localhost/x?y#z', 'https://app.library.localhost:4430/x?y#z'],
    ['http://app.library.localhost/', 'http://app.library.localhost:4431/'],
    ['https://app.library.localhost:4430/x', 'https://app.library.localhost:4430/x'],
    ['https://example.com/x', 'https://example.com/x'],
    ['/relative', '/relative'],
  ])('leads %s to %s', (url, expected) => {
    expect(ontoOurPorts(url, isOurs, ports)).toBe(expected)
  })

  it('changes the scheme of names of the system alone', () => {
    expect(swapScheme('http://a.localhost:4430', 'http', 'https', isOurs)).toBe('https://a.localhost:4430')
    expect(swapScheme('http://example.com', 'http', 'https', isOurs)).toBe('http://example.com')
    expect(swapScheme('null', 'http', 'https', isOurs)).toBe('null')
    expect(swapScheme('*', 'https', 'http', isOurs)).toBe('*')
  })
})
