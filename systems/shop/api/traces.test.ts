import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '@terrace/service/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeShop } from './testing/running-shop.ts'

const TRACES = ['0af7651916cd43dd8448eb211c80319c', '1bf7651916cd43dd8448eb211c80319c'] as const
const PAGE = 'b7ad6b7169203331'
const MUG = [{ productId: 1, quantity: 1 }]
const inTrace = (traceId: string, key: string) => ({
  'idempotency-key': key,
  traceparent: `00-${traceId}-${PAGE}-01`,
})

describeShop('the trace of an order', start => {
  let collector: OtlpReceiver
  beforeAll(async () => {
    collector = await startOtlpReceiver()
  })
  afterAll(() => collector?.close())
  const traced = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0' })
  const spansOf = (traceId: string) => collector.spans.filter(span => span.traceId === traceId)
  const named = (traceId: string, name: string) => spansOf(traceId).filter(span => span.name === name)

  it('S-16, I-15: leads from the page over the API and its transaction to the worker and the mail', async () => {
    const trace = '2af7651916cd43dd8448eb211c80319c'
    {
      await using shop = await start(traced())
      await shop.startWorker()
      const alice = await shop.visitor().join('alice@example.com')
      await alice.post('/api/orders', { items: MUG }, inTrace(trace, 'key'))
      await shop.aws.untilMails(mails => mails.length === 1)
    }
    expect(pathTo('SESv2.SendBulkEmail', spansOf(trace))).toEqual([
      'shop: POST /api/orders',
      'shop: send orders',
      'shop-worker: process orders',
      'shop-worker: SESv2.SendBulkEmail',
    ])
    expect(pathTo('insert outbox', spansOf(trace))).toEqual([
      'shop: POST /api/orders',
      'shop: place orders',
      'shop: insert outbox',
    ])
    const [processed] = named(trace, 'process orders')
    expect(processed).toMatchObject({
      kind: 2,
      status: 0,
      attributes: { 'messaging.system': 'aws_sqs', 'messaging.destination.name': 'orders', 'terrace.attempt': 1 },
    })
  })

  it('S-16, I-15: has a span of its own for each attempt, and log lines under its own id', async () => {
    const trace = '3af7651916cd43dd8448eb211c80319c'
    let attempts = 0
    let line: object = {}
    {
      await using shop = await start(traced())
      shop.aws.orders.longestDelay = 0
      shop.aws.answerMail = () => (attempts++ === 0 ? 'refuse' : 'accept')
      await shop.startWorker()
      const alice = await shop.visitor().join('alice@example.com')
      await alice.post('/api/orders', { items: MUG }, inTrace(trace, 'key'))
      line = await shop.log.next('a confirmation could not be sent')
      await shop.aws.untilMails(mails => mails.length === 1)
    }
    const [first, second, ...more] = named(trace, 'process orders')
    const [sent] = named(trace, 'send orders')
    expect(more).toEqual([])
    expect(first).toMatchObject({ status: 2, parentSpanId: sent?.spanId, attributes: { 'terrace.attempt': 1 } })
    expect(second).toMatchObject({ status: 0, parentSpanId: sent?.spanId, attributes: { 'terrace.attempt': 2 } })
    expect(line).toMatchObject({ traceId: trace, spanId: first?.spanId })
  })

  it('S-16, I-15: stays apart from that of another order, though both are stored and confirmed together', async () => {
    {
      await using shop = await start(traced())
      const alice = await shop.visitor().join('alice@example.com')
      const ordering = TRACES.map((trace, index) =>
        alice.post('/api/orders', { items: MUG }, inTrace(trace, `key-${index}`)),
      )
      await Promise.all([alice.order(MUG, 'untraced'), ...ordering])
      while (shop.aws.orders.size < 3) await new Promise(resolve => setImmediate(resolve))
      await shop.startWorker()
      await shop.aws.untilMails(mails => mails.length === 3)
    }
    for (const trace of TRACES) {
      const [asked] = named(trace, 'POST /api/orders')
      const [sent, ...sentAgain] = named(trace, 'send orders')
      const [processed, ...processedAgain] = named(trace, 'process orders')
      expect([sent?.parentSpanId, processed?.parentSpanId]).toEqual([asked?.spanId, sent?.spanId])
      expect([...sentAgain, ...processedAgain]).toEqual([])
      expect(processed?.attributes).toMatchObject({ 'messaging.batch.message_count': 3 })
    }
    const mails = TRACES.flatMap(trace => named(trace, 'SESv2.SendBulkEmail'))
    expect(mails).toHaveLength(1)
    const others = TRACES.filter(trace => trace !== mails[0]?.traceId)
    expect(others.map(trace => named(trace, 'process orders')[0]?.attributes['terrace.shared_trace_id'])).toEqual([
      mails[0]?.traceId,
    ])
  })

  it('S-16, I-15: goes on when an operator gives what was given up to the worker again', async () => {
    const trace = '4af7651916cd43dd8448eb211c80319c'
    {
      await using shop = await start(traced())
      const header = `Root=1-${trace.slice(0, 8)}-${trace.slice(8)};Parent=${PAGE};Sampled=1`
      shop.aws.deadLetters.send('not an order', header)
      const operator = await shop.operator()
      const { body: letters } = await operator.get('/api/operations/dead-letters')
      const [letter] = letters
      await operator.post(`/api/operations/dead-letters/${letter.id}/retry`)
      await shop.startWorker()
      await shop.log.next('a message is none of ours')
    }
    expect(named(trace, 'process orders')).toMatchObject([{ parentSpanId: PAGE, status: 2 }])
  })
})

/** From the first span of a trace to the one of that name: `service: name` of each. */
function pathTo(name: string, spans: readonly ReceivedSpan[]): readonly string[] {
  const path: string[] = []
  let at = spans.find(span => span.name === name)
  for (; at; at = spans.find(({ spanId }) => spanId === at?.parentSpanId)) path.unshift(`${at.service}: ${at.name}`)
  return path
}
