import { hours, seconds, seeded, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { parsePattern } from '../filter-pattern/pattern.ts'
import { LIVE_TAIL_BUFFER, MOST_LIVE_TAILS } from '../limits.ts'
import { LiveTails } from './live-tails.ts'
import type { LiveTailMessage } from './messages.ts'
import { LiveTailSession } from './session.ts'

function begin() {
  const clock = new VirtualClock()
  const session = new LiveTailSession({
    request: { logGroupIdentifiers: ['arn:api'] },
    groups: new Map([['api', 'arn:api']]),
    pattern: parsePattern(''),
    requestId: 'request',
    clock,
    random: seeded('session'),
  })
  const offer = (message: string, group = 'api') => {
    const event = { at: clock.now(), ingested: clock.now(), sequence: 0, stream: 'one', message }
    session.offer({ kind: 'ingested', group, stream: 'one', events: [event] })
  }
  return { clock, session, offer }
}

const told = (message: LiveTailMessage | undefined) =>
  message?.kind === 'update' ? message.events.map(event => event.message) : message?.kind

// CloudWatch Logs API Reference, "StartLiveTail": each update, the buffer for slow readers, and the end.
it('tells whoever reads too slowly its beginning, the newest ten updates, and its end', async () => {
  const { clock, session, offer } = begin()
  for (let second = 0; second < 14; second++) {
    offer(String(second))
    await clock.advance(seconds(1))
  }
  const messages = session.messages()
  const read: unknown[] = []
  for (let i = 0; i <= LIVE_TAIL_BUFFER; i++) read.push(told((await messages.next()).value ?? undefined))
  expect(read).toEqual(['start', ...Array.from({ length: LIVE_TAIL_BUFFER }, (_, i) => [String(i + 4)])])
  await clock.advance(hours(3))
  const rest: unknown[] = []
  for await (const message of messages) rest.push(told(message))
  expect(rest).toEqual([...Array.from({ length: LIVE_TAIL_BUFFER }, () => []), 'timeout'])
})

it('lasts three hours to the second', async () => {
  const { clock, session } = begin()
  const messages = session.messages()
  await messages.next()
  await clock.advance(hours(3) - 1)
  const last = 3 * 60 * 60 - 1
  for (let i = 0; i < Math.min(last, LIVE_TAIL_BUFFER); i++)
    expect(told((await messages.next()).value ?? undefined)).toEqual([])
  const end = messages.next()
  await clock.advance(1)
  const kinds = [(await end).value?.kind, (await messages.next()).value?.kind, (await messages.next()).done]
  expect(kinds).toEqual(['update', 'timeout', true])
})

it('ends without another word when it is told to, also while somebody waits', async () => {
  const { clock, session, offer } = begin()
  const messages = session.messages()
  await messages.next()
  const waiting = messages.next()
  offer('a')
  session.end()
  expect(await waiting).toEqual({ value: undefined, done: true })
  await clock.advance(hours(4))
  expect(await messages.next()).toEqual({ value: undefined, done: true })
})

it('takes the events of its groups alone', async () => {
  const { clock, session, offer } = begin()
  const messages = session.messages()
  await messages.next()
  offer('elsewhere', 'web')
  offer('here')
  await clock.advance(seconds(1))
  expect((await messages.next()).value).toMatchObject({
    sampled: false,
    events: [{ message: 'here', group: 'arn:api' }],
  })
})

it('leaves nothing behind when the reader is gone before it has read', async () => {
  let listeners = 0
  const onIngested = () => {
    listeners++
    return () => listeners--
  }
  const tails = new LiveTails({ onIngested }, { realtime: new VirtualClock(), random: seeded('session') })
  for (let i = 0; i <= MOST_LIVE_TAILS; i++) {
    const tail = tails.start({ logGroupIdentifiers: [] }, new Map(), 'request')[Symbol.asyncIterator]()
    expect(listeners).toBe(1)
    await tail.return?.()
    expect(listeners).toBe(0)
  }
})
