import { describe, expect, it } from 'vitest'
import { amazonTraceHeaderOf, readTraceContext, traceHeadersOf } from './trace-context.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

describe('the context of a trace', () => {
  it('is read from traceparent and written again', () => {
    const headers = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'vendor=1' }
    const context = readTraceContext(headers)
    expect(context).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true, state: 'vendor=1' })
    expect(traceHeadersOf(context)).toEqual(headers)
  })

  it('is read from a version to come, as far as this one goes', () => {
    expect(readTraceContext({ traceparent: `cc-${TRACE}-${SPAN}-00-more` })).toMatchObject({ sampled: false })
  })

  it.each([
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    'nonsense',
    '',
  ])('is none in %j', traceparent => expect(readTraceContext({ traceparent })).toBeUndefined())

  it('takes over the trace id that a balancer of AWS adds, when there is no traceparent', () => {
    const amazon = 'Self=1-67891234-000000000000000000000001;Root=1-67891233-abcdef012345678912345678'
    const context = readTraceContext({ 'x-amzn-trace-id': amazon })
    expect(context).toEqual({
      traceId: '67891233abcdef012345678912345678',
      spanId: '',
      sampled: undefined,
      state: '',
    })
    expect(traceHeadersOf(context)).toEqual({})
    expect(readTraceContext({ 'x-amzn-trace-id': amazon, traceparent: `00-${TRACE}-${SPAN}-01` })?.traceId).toBe(TRACE)
  })

  it('is written as AWS writes it, and read again, as far as it is known', () => {
    const context = readTraceContext({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'vendor=1' })
    const header = amazonTraceHeaderOf(context)
    expect(header).toBe(`Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=${SPAN};Sampled=1`)
    expect(readTraceContext({ 'x-amzn-trace-id': header })).toEqual({ ...context, state: '' })
    const known = { traceId: TRACE, spanId: '', sampled: undefined, state: '' }
    expect(amazonTraceHeaderOf(known)).toBe('Root=1-0af76519-16cd43dd8448eb211c80319c')
    expect(amazonTraceHeaderOf({ ...known, sampled: false })).toMatch(/;Sampled=0$/)
    expect(amazonTraceHeaderOf(undefined)).toBeUndefined()
  })

  it('takes over parent and decision of X-Ray', () => {
    const amazon = 'Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1'
    expect(readTraceContext({ 'x-amzn-trace-id': amazon })).toMatchObject({ spanId: '53995c3f42cd8ad8', sampled: true })
    expect(readTraceContext({ 'x-amzn-trace-id': 'Root=1-2-3' })).toBeUndefined()
  })
})
