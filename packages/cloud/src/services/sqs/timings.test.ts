import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Duration, days, hours, minutes, seconds, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type QueueAttributes, withAttributes } from './attributes.ts'
import { MOST_IN_FLIGHT } from './limits.ts'
import type { MessageDraft } from './message.ts'
import { MessageQueue } from './message-queue.ts'
import { settingsOf } from './settings.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-queue-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function queueOf(attributes: QueueAttributes = {}, clock = new VirtualClock()) {
  const fifo = attributes.FifoQueue === 'true'
  const queue = new MessageQueue({
    id: 'q',
    name: 'q',
    arn: 'arn:aws:sqs:us-east-1:123456789012:q',
    folder,
    settings: settingsOf(withAttributes(attributes, fifo)),
    clock,
    deadLetterQueue: () => undefined,
    onDeadLetters: () => {},
  })
  const draft = (body: string, rest: Partial<MessageDraft> = {}): MessageDraft => ({
    body,
    attributes: {},
    sender: 'sender',
    ...rest,
  })
  return {
    clock,
    queue,
    send: (body: string, rest?: Partial<MessageDraft>) => queue.send([draft(body, rest)]),
    receive: (rest: object = {}) => queue.receive({ most: 10, ...rest }),
    async bodies(rest: object = {}) {
      return (await queue.receive({ most: 10, ...rest })).map(({ message }) => message.body)
    },
  }
}

const FIFO = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }

/** A receive just before the moment and one at it. */
async function aroundOf(on: ReturnType<typeof queueOf>, after: Duration, rest?: object) {
  await on.clock.advance(after - 1)
  const before = await on.bodies(rest)
  await on.clock.advance(1)
  return [before, await on.bodies(rest)]
}

describe('when a message can be received', () => {
  // Amazon SQS Developer Guide "Amazon SQS visibility timeout", "Amazon SQS delay queues", "Amazon SQS message timers".
  it.each<[string, QueueAttributes, object, Duration]>([
    ['after 30 seconds in flight by default', {}, {}, seconds(30)],
    ["after the queue's own visibility timeout", { VisibilityTimeout: '5' }, {}, seconds(5)],
    [
      'after the visibility timeout of the receive',
      { VisibilityTimeout: '5' },
      { visibilitySeconds: 43_200 },
      hours(12),
    ],
    ['after the visibility timeout of a FIFO queue', { ...FIFO, VisibilityTimeout: '7' }, {}, seconds(7)],
  ])('%s', async (_, attributes, request, after) => {
    const on = queueOf(attributes)
    on.send('a', { group: 'g' })
    expect(await on.bodies(request)).toEqual(['a'])
    expect(await aroundOf(on, after)).toEqual([[], ['a']])
  })

  it.each<[string, QueueAttributes, Partial<MessageDraft>, Duration]>([
    ["the queue's delay", { DelaySeconds: '900' }, {}, minutes(15)],
    ["its own delay, instead of the queue's", { DelaySeconds: '900' }, { delaySeconds: 3 }, seconds(3)],
    ["a FIFO queue's delay", { ...FIFO, DelaySeconds: '4' }, { group: 'g' }, seconds(4)],
  ])('after %s', async (_, attributes, draft, after) => {
    const on = queueOf(attributes)
    on.send('a', draft)
    expect(on.queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 1 })
    expect(await aroundOf(on, after)).toEqual([[], ['a']])
  })

  it('at once, when its own delay is none', async () => {
    const on = queueOf({ DelaySeconds: '900' })
    on.send('a', { delaySeconds: 0 })
    expect(await on.bodies()).toEqual(['a'])
  })

  // Amazon SQS API Reference "ChangeMessageVisibility".
  it('after a changed visibility timeout, which counts from the change, 12 hours from the receive at most', async () => {
    const on = queueOf()
    on.send('a')
    const [received] = await on.receive()
    const handle = received?.handle ?? ''
    await on.clock.advance(seconds(20))
    on.queue.changeVisibility(handle, 100)
    expect(await aroundOf(on, seconds(100), { visibilitySeconds: 43_200 })).toEqual([[], ['a']])
    expect(() => on.queue.changeVisibility(handle, 5)).toThrow('Message does not exist or is not available')
  })

  it('not later than 12 hours after its receive', async () => {
    const on = queueOf()
    on.send('a')
    const [received] = await on.receive({ visibilitySeconds: 43_200 })
    const handle = received?.handle ?? ''
    await on.clock.advance(hours(1))
    expect(() => on.queue.changeVisibility(handle, 39_601)).toThrow('Total VisibilityTimeout for the message is beyond')
    on.queue.changeVisibility(handle, 39_600)
    expect(await aroundOf(on, hours(11))).toEqual([[], ['a']])
    await on.clock.advance(seconds(30))
    const last = (await on.receive())[0]?.handle ?? ''
    await on.clock.advance(seconds(30))
    expect(() => on.queue.changeVisibility(last, 5)).toThrow('not in flight')
  })
})

describe('how long a message is kept', () => {
  // Amazon SQS Developer Guide "Amazon SQS message quotas"; the clock of retention runs while it is in flight, too.
  it.each<[string, QueueAttributes, Duration]>([
    ['four days by default', {}, days(4)],
    ['a minute at least', { MessageRetentionPeriod: '60' }, minutes(1)],
    ['14 days at most', { MessageRetentionPeriod: '1209600' }, days(14)],
  ])('is %s', async (_, attributes, after) => {
    const on = queueOf(attributes)
    on.send('a')
    await on.clock.advance(after - 1)
    on.queue.expire()
    expect(on.queue.depth().visible).toBe(1)
    await on.clock.advance(1)
    expect(await on.bodies()).toEqual([])
    expect(on.queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  })
})

describe('how long a receive waits', () => {
  // Amazon SQS Developer Guide "Amazon SQS short and long polling".
  it.each<[string, QueueAttributes, object, Duration]>([
    ['as long as it says', {}, { waitSeconds: 20 }, seconds(20)],
    ["as long as the queue says when it doesn't", { ReceiveMessageWaitTimeSeconds: '7' }, {}, seconds(7)],
  ])('is %s', async (_, attributes, request, after) => {
    const on = queueOf(attributes)
    let answered: unknown
    void on.bodies(request).then(bodies => {
      answered = bodies
    })
    await on.clock.advance(after - 1)
    expect(answered).toBeUndefined()
    await on.clock.advance(1)
    expect(answered).toEqual([])
  })

  it('is not at all by default, or when it says so', async () => {
    expect(await queueOf().bodies()).toEqual([])
    expect(await queueOf({ ReceiveMessageWaitTimeSeconds: '20' }).bodies({ waitSeconds: 0 })).toEqual([])
  })

  it('ends when a message comes, comes back or is no longer delayed; who came first is served first', async () => {
    const on = queueOf()
    const answers: string[][] = []
    const wait = () => void on.bodies({ waitSeconds: 20, most: 1 }).then(bodies => answers.push(bodies))
    wait()
    wait()
    on.send('a')
    on.send('b', { delaySeconds: 5 })
    await on.clock.advance(0)
    expect(answers).toEqual([['a']])
    await on.clock.advance(seconds(5))
    expect(answers).toEqual([['a'], ['b']])
    await on.clock.advance(seconds(15))
    wait()
    await on.clock.advance(seconds(10))
    expect(answers).toEqual([['a'], ['b'], ['a']])
  })

  it('ends when whoever asked has gone, and what comes then is for others', async () => {
    const on = queueOf()
    const gone = new AbortController()
    const answer = on.bodies({ waitSeconds: 20, gone: gone.signal })
    await on.clock.advance(seconds(1))
    gone.abort()
    expect(await answer).toEqual([])
    on.send('a')
    expect(await on.bodies()).toEqual(['a'])
  })

  it('ends when the group of a FIFO queue becomes free', async () => {
    const on = queueOf(FIFO)
    for (const body of ['a', 'b']) on.send(body, { group: 'g' })
    const [first] = await on.receive({ most: 1 })
    const waiting = on.bodies({ waitSeconds: 20 })
    on.queue.delete([first?.handle ?? ''])
    expect(await waiting).toEqual(['b'])
  })
})

describe('who gets what', () => {
  it('is not what others of its group, still in flight, come before', async () => {
    const on = queueOf(FIFO)
    for (const body of ['a', 'b']) on.send(body, { group: 'g' })
    const [a, b] = await on.receive()
    on.queue.changeVisibility(a?.handle ?? '', 0)
    expect(await on.bodies()).toEqual([])
    on.queue.delete([b?.handle ?? ''])
    expect(await on.bodies()).toEqual(['a'])
  })

  it('is each of those who wait, also when something is found too old on the way', async () => {
    const on = queueOf({ MessageRetentionPeriod: '60' })
    on.send('old', { delaySeconds: 70 })
    await on.clock.advance(seconds(55))
    for (const body of ['a', 'b']) on.send(body, { delaySeconds: 15 })
    const waiting = [1, 2].map(() => on.bodies({ most: 1, waitSeconds: 20 }))
    await on.clock.advance(seconds(20))
    expect(await Promise.all(waiting)).toEqual([['a'], ['b']])
  })
})

describe('how long a FIFO queue remembers', () => {
  // Amazon SQS Developer Guide "Using the Amazon SQS message deduplication ID"
  it('a message: five minutes, whatever happens to it meanwhile', async () => {
    const on = queueOf(FIFO)
    const [first] = on.send('a', { group: 'g', deduplicationId: 'd' })
    await on.clock.advance(minutes(5) - 1)
    expect(on.send('b', { group: 'g', deduplicationId: 'd' })[0]?.id).toBe(first?.id)
    await on.clock.advance(1)
    expect(on.send('c', { group: 'g', deduplicationId: 'd' })[0]?.id).not.toBe(first?.id)
    expect(await on.bodies()).toEqual(['a', 'c'])
  })
})

describe('how many messages are in flight', () => {
  // Amazon SQS API Reference "ReceiveMessage": 120,000.
  it.each([
    ['a standard queue, which says so to a short poll alone', {}],
    ['a FIFO queue, which gives nothing', FIFO],
  ])(
    'is bounded: in %s',
    async (_, attributes) => {
      const on = queueOf(attributes)
      const drafts = Array.from({ length: 10 }, () => ({ body: 'a', attributes: {}, sender: 's' }))
      for (let sent = 0; sent < MOST_IN_FLIGHT + 10; sent += 10) {
        on.queue.send(drafts.map((draft, i) => ({ ...draft, group: `${sent + i}`, deduplicationId: `${sent + i}` })))
      }
      for (let received = 0; received < MOST_IN_FLIGHT; received += 10) await on.receive()
      expect(on.queue.depth()).toEqual({ visible: 10, inFlight: MOST_IN_FLIGHT, delayed: 0 })
      if (attributes === FIFO) expect(await on.bodies()).toEqual([])
      else await expect(on.bodies()).rejects.toThrow('Too many messages in flight')
      const waiting = on.bodies({ waitSeconds: 5 })
      await on.clock.advance(seconds(5))
      expect(await waiting).toEqual([])
    },
    30_000,
  )
})

describe('what the end of the cloud leaves', () => {
  it('is every message as it stood: in flight, delayed, its receives, its handles, what is remembered', async () => {
    const clock = new VirtualClock()
    const before = queueOf({}, clock)
    for (const body of ['a', 'b', 'c', 'd']) before.send(body)
    before.send('late', { delaySeconds: 60 })
    const [a, b] = await before.receive({ most: 2 })
    before.queue.delete([a?.handle ?? ''])
    before.queue.changeVisibility(b?.handle ?? '', 50)
    await before.receive({ most: 1, visibilitySeconds: 0 })
    // No close: it is read as a killed process leaves it.
    const after = queueOf({}, clock)
    expect(after.queue.depth()).toEqual({ visible: 2, inFlight: 1, delayed: 1 })
    const received = await after.receive({ visibilitySeconds: 100 })
    expect(received.map(({ message }) => [message.body, message.receives])).toEqual([
      ['c', 2],
      ['d', 1],
    ])
    await clock.advance(seconds(49))
    after.queue.delete([b?.handle ?? ''])
    await clock.advance(seconds(11))
    expect(await after.bodies()).toEqual(['late'])
  })

  it('is deduplication of a FIFO queue, also of what was deleted', async () => {
    const clock = new VirtualClock()
    const before = queueOf(FIFO, clock)
    const [first] = before.send('a', { group: 'g' })
    const [received] = await before.receive()
    before.queue.delete([received?.handle ?? ''])
    const after = queueOf(FIFO, clock)
    expect(after.send('a', { group: 'g' })[0]?.id).toBe(first?.id)
    expect(await after.bodies()).toEqual([])
  })

  it('has no place for what was purged', async () => {
    const clock = new VirtualClock()
    const before = queueOf({}, clock)
    before.send('a')
    before.queue.purge()
    before.send('b')
    expect(await queueOf({}, clock).bodies()).toEqual(['b'])
  })
})
