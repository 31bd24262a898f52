import { describe, expect, it } from 'vitest'
import { redirectLocation } from './redirect.ts'

const action = {
  kind: 'redirect',
  protocol: 'HTTPS',
  host: '#{host}',
  port: '443',
  path: '/#{path}',
  query: '#{query}',
  status: 301,
} as const
const input = {
  method: 'GET',
  host: 'app.example.com',
  path: '/a/b',
  query: '',
  headers: [],
  clientAddress: '10.0.0.1',
}

describe('redirects', () => {
  it('L-11: lead from http to https with the port written out, as an ALB does', () => {
    expect(redirectLocation(action, input, 'http', 80)).toBe('https://app.example.com:443/a/b')
    expect(redirectLocation(action, { ...input, query: 'x=1' }, 'http', 80)).toBe('https://app.example.com:443/a/b?x=1')
  })

  it('fill in every placeholder', () => {
    const all = {
      ...action,
      protocol: '#{protocol}',
      port: '#{port}',
      path: '/v2/#{host}/#{path}',
      query: 'from=#{query}',
    }
    expect(redirectLocation(all, { ...input, query: 'q' }, 'http', 80)).toBe(
      'http://app.example.com:80/v2/app.example.com/a/b?from=q',
    )
  })
})
