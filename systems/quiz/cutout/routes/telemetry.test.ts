import { once } from 'node:events'
import { BroadcastChannel } from 'node:worker_threads'
import { seconds, VirtualClock } from '@terrace/kit'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '@terrace/service/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BEGUN } from '../testing/colours.ts'
import { documentOf, png, startTestCutout, type TestCutout } from '../testing/running-cutout.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'
const SAMPLED = { traceparent: `00-${TRACE}-${CALLER}-01` }

let collector: OtlpReceiver
let cutout: TestCutout
beforeEach(async () => {
  collector = await startOtlpReceiver()
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: '0',
    METRICS_NAMESPACE: 'Test',
  }
  cutout = await startTestCutout({ environment })
})
afterEach(async () => {
  await cutout[Symbol.asyncDispose]()
  collector.close()
})

/** What has been sent once the service has ended: the server's span, and those within it. */
async function spans(): Promise<{ readonly server: ReceivedSpan; readonly within: readonly ReceivedSpan[] }> {
  await cutout[Symbol.asyncDispose]()
  const server = await collector.next('POST /cutout')
  return { server, within: collector.spans.filter(({ parentSpanId }) => parentSpanId === server.spanId) }
}

describe('the trace of a picture', () => {
  it('I-15: goes on from the caller through queue, decoding, segmentation and encoding, with its size', async () => {
    await cutout.post(await png('plain', 10, 6), SAMPLED)
    const { server, within } = await spans()
    expect(server).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2, status: 0, service: 'cutout' })
    expect(server.attributes).toMatchObject({ 'http.route': '/cutout', 'http.response.status_code': 200 })
    expect(within.map(({ name }) => name)).toEqual(['queue', 'decode', 'segment', 'encode'])
    for (const span of within)
      expect(span.attributes).toEqual({
        'cutout.picture.width': 10,
        'cutout.picture.height': 6,
        'cutout.picture.pixels': 60,
      })
    for (const message of ['picture done', 'request'])
      expect(await cutout.log.next(message)).toMatchObject({ traceId: TRACE, spanId: server.spanId })
  })

  it('says which step came to nothing, and leaves out those that were never begun', async () => {
    await cutout.post(await png('throw'), SAMPLED)
    const { server, within } = await spans()
    expect(within.map(({ name, status }) => [name, status])).toEqual([
      ['queue', 0],
      ['decode', 0],
      ['segment', 2],
    ])
    expect(server.status).toBe(2)
    expect(await cutout.log.next('a picture could not be worked on')).toMatchObject({ traceId: TRACE })
  })

  it('has what is done for a job after its request was answered', async () => {
    const { id } = await documentOf(await cutout.post(await png('plain'), { ...SAMPLED, prefer: 'respond-async' }))
    expect(await cutout.log.next('picture done')).toMatchObject({ job: id, traceId: TRACE })
    const { within } = await spans()
    expect(within.map(({ name }) => name)).toEqual(['queue', 'decode', 'segment', 'encode'])
  })

  it('is told apart from that of a picture that waits behind it', async () => {
    const other = 'ffffffffffffffffffffffffffffffff'
    const pictures = [TRACE, other].map(trace => ({ traceparent: `00-${trace}-${CALLER}-01` }))
    await Promise.all(pictures.map(async headers => cutout.post(await png('plain'), headers)))
    await cutout[Symbol.asyncDispose]()
    const decoded = collector.spans.filter(({ name }) => name === 'decode')
    expect(decoded.map(({ traceId }) => traceId).sort()).toEqual([TRACE, other])
  })
})

describe('the health check', () => {
  it('makes no span and no line of the log', async () => {
    for (const path of ['/healthcheck', '/readyz']) await fetch(`${cutout.url}${path}`, { headers: SAMPLED })
    await cutout[Symbol.asyncDispose]()
    expect(collector.spans).toEqual([])
    expect(cutout.log.lines.filter(({ message }) => message === 'request')).toEqual([])
  })
})

describe('the metrics', () => {
  it('I-15: tell the requests, those that were refused, and how long pictures waited and took', async () => {
    await cutout.post(await png('plain'))
    await cutout[Symbol.asyncDispose]()
    const [line] = cutout.log.lines.filter(each => each._aws !== undefined)
    expect(line).toMatchObject({
      service: 'cutout',
      Requests: 1,
      Refused: 0,
      WaitDuration: [expect.any(Number)],
      WorkDuration: [expect.any(Number)],
    })
  })
  it('I-15: tell how long the queue is, second by second, and how many found it full', async () => {
    const clock = new VirtualClock()
    const environment = { CUTOUT_QUEUE: '1', METRICS_NAMESPACE: 'Test' }
    await using full = await startTestCutout({ clock, environment })
    const begun = new BroadcastChannel(BEGUN)
    const gone = new AbortController()
    const worked = full.post(await png('blocking'), {}, gone.signal).catch(() => {})
    await once(begun, 'message')
    begun.close()
    expect((await full.post(await png('plain'), { prefer: 'respond-async' })).status).toBe(202)
    expect((await full.post(await png('plain'))).status).toBe(429)
    await clock.advance(seconds(10))
    gone.abort()
    await worked
    const stopped = full.service.stop()
    await clock.advance(seconds(1))
    await stopped
    const [line] = full.log.lines.filter(each => each._aws !== undefined)
    expect(line).toMatchObject({ Refused: 1, Queued: Array(10).fill(1) })
  })
})
