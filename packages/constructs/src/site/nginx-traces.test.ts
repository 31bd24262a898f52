import { describe, expect, it } from 'vitest'
import { nginxApp } from './nginx-app.ts'
import { needsTracesModule, nginxTraces } from './nginx-traces.ts'

const app = (more: object = {}) =>
  nginxApp({
    root: '/srv/site',
    readyPort: 8080,
    tlsPort: 443,
    certificate: { certificate: '/a.crt', key: '/a.key' },
    api: 'api.example.com',
    settings: {},
    collector: 'http://127.0.0.1:4318',
    ...more,
  })

describe('the traces of a configuration of NGINX', () => {
  it('I-15: follow the caller, begin for a share of the others, and are in the log', () => {
    const text = app({ traces: { service: 'items-web', percent: 10 } })
    expect(text).toContain('otel_trace_context propagate;')
    expect(text).toContain('  10% on;\n  * off;')
    expect(text).toContain('"traceId":"$otel_trace_id","spanId":"$otel_span_id"')
    expect(text.match(/access_log \/var\/log\/nginx\/access.log traced;/g)).toHaveLength(1)
    expect(needsTracesModule(text)).toBe(true)
  })

  it('are nowhere when nobody asks for them', () => {
    expect(needsTracesModule(app())).toBe(false)
    expect(app()).not.toContain('traced')
  })

  it.each([
    [0, 'default off;'],
    [100, 'default on;'],
  ])('begin for %i %% without a split', (percent, expected) => {
    const { http } = nginxTraces({ service: 'a', percent })
    expect(http).toContain(expected)
    expect(http).not.toContain('split_clients')
  })

  it('refuse what is no share, and what is no name', () => {
    expect(() => nginxTraces({ service: 'a', percent: 101 })).toThrow('101 is no percentage')
    expect(() => nginxTraces({ service: 'a;b', percent: 1 })).toThrow('a;b is no name')
  })
})
