import { jsonLogger, systemClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OtlpReceiver, startOtlpReceiver } from '../testing/otlp-receiver.ts'
import { activeTrace, inSpan, traceHeaders, within } from './active.ts'
import { continueTraces } from './message-traces.ts'
import { sdkTracer } from './sdk-tracer.ts'
import type { Tracer } from './tracer.ts'

const ONE = '0af7651916cd43dd8448eb211c80319c'
const TWO = '1bf7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const from = (traceId: string, flags = '01') => ({ headers: { traceparent: `00-${traceId}-${SPAN}-${flags}` } })

describe('the traces of messages that are worked on together', () => {
  let collector: OtlpReceiver
  let tracer: Tracer
  beforeEach(async () => {
    collector = await startOtlpReceiver()
    const log = jsonLogger(systemClock, () => {})
    tracer = sdkTracer({ endpoint: collector.url, ratio: 0, resource: {}, clock: systemClock, log })
  })
  afterEach(() => collector.close())
  const sent = async () => {
    await tracer.stop()
    return collector.spans
  }

  it('each go on in a span of its own; what is done once is in one of them, and the others say in which', async () => {
    const attributes = { 'messaging.system': 'aws_sqs' }
    const messages = [from(TWO, '00'), { ...from(ONE), attributes: { own: 1 } }, from(TWO)]
    await continueTraces(messages, tracer, 'process', { kind: 'server', attributes }, () =>
      inSpan('once', {}, async () => {}),
    )
    const spans = await sent()
    const [once] = spans.filter(({ name }) => name === 'once')
    const [one, two, ...more] = spans.filter(({ name }) => name === 'process')
    expect(more).toEqual([])
    expect(one).toMatchObject({
      traceId: ONE,
      parentSpanId: SPAN,
      kind: 2,
      attributes: { ...attributes, own: 1, 'messaging.batch.message_count': 3 },
    })
    expect(one?.attributes).not.toHaveProperty('terrace.shared_trace_id')
    expect(two).toMatchObject({ traceId: TWO, parentSpanId: SPAN, attributes: { 'terrace.shared_trace_id': ONE } })
    expect(once).toMatchObject({ traceId: ONE, parentSpanId: one?.spanId })
  })

  it('know what each message hands on, and what is said for it alone', async () => {
    const seen = await continueTraces([from(ONE), from(TWO)], tracer, 'send', {}, async places => ({
      contexts: places.map(({ context }) => context?.traceId),
      inside: places.map(place => place.run(() => activeTrace()?.context.traceId)),
    }))
    expect(seen).toEqual({ contexts: [ONE, TWO], inside: [ONE, TWO] })
    const spans = await sent()
    expect(spans[0]?.attributes).toEqual({ 'messaging.batch.message_count': 2 })
  })

  it('tell which message failed, and that all did when the work itself did', async () => {
    await continueTraces([from(ONE), from(TWO)], tracer, 'some', {}, async ([, second]) => second?.fail('refused'))
    const failing = continueTraces([from(ONE), from(TWO)], tracer, 'all', {}, () => Promise.reject(new Error('away')))
    await expect(failing).rejects.toThrow('away')
    expect((await sent()).map(({ name, traceId, status }) => [name, traceId, status])).toEqual([
      ['some', ONE, 0],
      ['some', TWO, 2],
      ['all', ONE, 2],
      ['all', TWO, 2],
    ])
  })

  it('go on without a collector, too', async () => {
    const headers = await continueTraces([from(ONE)], undefined, 'process', {}, async () => traceHeaders())
    expect(headers).toEqual(from(ONE).headers)
  })

  it('are none where none has one, whoever calls', async () => {
    const context = { traceId: TWO, spanId: SPAN, sampled: true, state: '' }
    const work = async () => activeTrace()
    const inside = await within({ context }, () => continueTraces([{ headers: {} }], undefined, 'process', {}, work))
    expect(inside).toBeUndefined()
  })
})
