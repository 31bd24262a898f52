import { describe, expect, it } from 'vitest'
import { endToEnd, getHeader, getHeaders, mapHeader, removeHeader, setHeader, writeHeaders } from './headers.ts'

describe('a list of header fields', () => {
  it('finds fields whatever the case of their names', () => {
    const headers = ['Set-Cookie', 'a=1', 'Host', 'x', 'SET-COOKIE', 'b=2']
    expect(getHeader(headers, 'set-cookie')).toBe('a=1')
    expect(getHeaders(headers, 'Set-Cookie')).toEqual(['a=1', 'b=2'])
    expect(getHeader(headers, 'Cookie')).toBeUndefined()
  })

  it('does not take a value for a name', () => {
    expect(getHeader(['X', 'Host', 'Host', 'a'], 'Host')).toBe('a')
  })

  it('replaces a field in its place and drops its repetitions', () => {
    const headers = ['A', '1', 'b', '2', 'a', '3']
    setHeader(headers, 'a', '9')
    setHeader(headers, 'C', '4')
    expect(headers).toEqual(['A', '9', 'b', '2', 'C', '4'])
  })

  it('removes and changes every field of a name', () => {
    const headers = ['A', '1', 'B', '2', 'a', '3']
    mapHeader(headers, 'A', value => `<${value}>`)
    expect(headers).toEqual(['A', '<1>', 'B', '2', 'a', '<3>'])
    removeHeader(headers, 'a')
    expect(headers).toEqual(['B', '2'])
  })

  it('leaves out what concerns one connection, and what Connection names', () => {
    const headers = ['Host', 'a', 'Connection', 'keep-alive, X-Private', 'x-private', '1', 'TE', 'trailers', 'X', '2']
    expect(endToEnd(headers)).toEqual(['Host', 'a', 'X', '2'])
  })

  it('writes lines', () => {
    expect(writeHeaders(['A', '1', 'B', ''])).toBe('A: 1\r\nB: \r\n')
  })
})
