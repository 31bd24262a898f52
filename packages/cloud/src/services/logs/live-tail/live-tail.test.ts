import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutLogEventsCommand,
  StartLiveTailCommand,
  type StartLiveTailCommandInput,
  type StartLiveTailResponseStream,
} from '@aws-sdk/client-cloudwatch-logs'
import { hours, seconds, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  clientOptions,
  failureOf,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testRole,
} from '../../../gateway/testing.ts'
import { testNode } from '../../../testing/architecture.ts'
import type { Service } from '../../service.ts'
import { logs } from '../index.ts'
import { LIVE_TAIL_SAMPLE, MOST_LIVE_TAILS } from '../limits.ts'

const arnOf = (name: string) => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`
const groupNode = (name: string) => testNode('logGroup', name, { name, arn: `${arnOf(name)}:*` })
const reader = testRole('reader', { Effect: 'Allow', Action: 'logs:StartLiveTail', Resource: `${arnOf('api')}:*` })

let cloud: TestCloud
let clock: VirtualClock
let client: CloudWatchLogsClient

// A tail goes by the machine's own time, which stands still here until it is told to move.
const onVirtualTime: Service = { ...logs, start: world => logs.start({ ...world, realtime: clock }) }

beforeEach(async () => {
  clock = new VirtualClock(Date.now())
  const nodes = [groupNode('api'), groupNode('web'), reader]
  cloud = await startTestCloud({ nodes, services: [onVirtualTime], clock })
  client = newClient()
})
afterEach(async () => {
  client.destroy()
  await cloud.stop()
})

const newClient = () => new CloudWatchLogsClient({ ...clientOptions(cloud.gateway.url), disableHostPrefix: true })

const put = async (group: string, stream: string, ...messages: readonly string[]) => {
  const groups = await cloud.world.ports.need('logGroups')
  groups.put(
    group,
    stream,
    messages.map(message => ({ at: clock.now(), message })),
  )
}

interface Tail {
  /** The next thing that is told. */
  next(): Promise<StartLiveTailResponseStream | undefined>
  /** Lets a second pass; the messages that are told then. */
  second(): Promise<readonly (string | undefined)[] | undefined>
}

async function tail(input: Partial<StartLiveTailCommandInput> = {}, by = client): Promise<Tail> {
  const { responseStream } = await by.send(new StartLiveTailCommand({ logGroupIdentifiers: [arnOf('api')], ...input }))
  const events = responseStream?.[Symbol.asyncIterator]()
  const next = async (): Promise<StartLiveTailResponseStream | undefined> => (await events?.next())?.value
  return {
    next,
    async second() {
      await clock.advance(seconds(1))
      return (await next())?.sessionUpdate?.sessionResults?.map(({ message }) => message)
    },
  }
}

describe('a live tail through the SDK', () => {
  it('tells first what it is about', async () => {
    const { next } = await tail({ logStreamNamePrefixes: ['a'], logEventFilterPattern: 'ERROR' })
    expect(await next()).toEqual({
      sessionStart: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        logGroupIdentifiers: [arnOf('api')],
        logStreamNamePrefixes: ['a'],
        logEventFilterPattern: 'ERROR',
      },
    })
  })

  it('tells every second what came in, and nothing that was there before', async () => {
    await put('api', 'one', 'before')
    const { next, second } = await tail()
    await next()
    expect(await second()).toEqual([])
    const at = clock.now()
    await client.send(new PutLogEventsCommand({ ...stream('one'), logEvents: [{ timestamp: at - 5, message: 'a' }] }))
    await put('web', 'one', 'elsewhere')
    await clock.advance(seconds(1))
    expect(await next()).toEqual({
      sessionUpdate: {
        sessionMetadata: { sampled: false },
        sessionResults: [
          {
            logStreamName: 'one',
            logGroupIdentifier: arnOf('api'),
            message: 'a',
            timestamp: at - 5,
            ingestionTime: at,
          },
        ],
      },
    })
    await put('api', 'two', 'b')
    await put('api', 'one', 'c')
    expect(await second()).toEqual(['b', 'c'])
    expect(await second()).toEqual([])
  })

  it.each<[string, Partial<StartLiveTailCommandInput>, readonly string[]]>([
    ['a pattern', { logEventFilterPattern: '{ $.ms > 5 }' }, ['{"ms":9}']],
    ['streams', { logStreamNames: ['two'] }, ['{"ms":9}']],
    ['prefixes of streams', { logStreamNamePrefixes: ['o', 'x'] }, ['{"ms":1}']],
    ['several groups', { logGroupIdentifiers: [arnOf('web'), arnOf('api')] }, ['{"ms":1}', '{"ms":9}', 'web']],
  ])('tells what fits %s', async (_, input, expected) => {
    const { next, second } = await tail(input)
    await next()
    await put('api', 'one', '{"ms":1}')
    await put('api', 'two', '{"ms":9}')
    await put('web', 'one', 'web')
    expect(await second()).toEqual(expected)
  })

  it('tells a sample of 500 when there is more, in order, and says so', async () => {
    const { next, second } = await tail()
    await next()
    const all = Array.from({ length: LIVE_TAIL_SAMPLE + 700 }, (_, i) => String(i))
    await put('api', 'one', ...all.slice(0, 600))
    await put('api', 'one', ...all.slice(600))
    await clock.advance(seconds(1))
    const update = (await next())?.sessionUpdate
    expect(update?.sessionMetadata).toEqual({ sampled: true })
    const places = update?.sessionResults?.map(({ message }) => Number(message)) ?? []
    expect(new Set(places).size).toBe(LIVE_TAIL_SAMPLE)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    // From everywhere, not the first or the last ones.
    expect(places.filter(place => place >= 600).length).toBeGreaterThan(150)
    expect(places.filter(place => place < 600).length).toBeGreaterThan(150)
    await put('api', 'one', ...all.slice(0, LIVE_TAIL_SAMPLE))
    expect(await second()).toEqual(all.slice(0, LIVE_TAIL_SAMPLE))
  })

  it('ends after three hours with SessionTimeoutException', async () => {
    const { next, second } = await tail()
    await next()
    await clock.advance(hours(3) - seconds(2))
    await put('api', 'one', 'last')
    await clock.advance(seconds(2))
    await put('api', 'one', 'too late')
    const told: (string | undefined)[] = []
    const ending = async () => {
      for (;;) told.push(...((await next())?.sessionUpdate?.sessionResults ?? []).map(({ message }) => message))
    }
    await expect(ending()).rejects.toMatchObject({ name: 'SessionTimeoutException' })
    expect(told).toEqual(['last'])
    expect(await second()).toBeUndefined()
  })

  it('ends when the cloud stops', async () => {
    const { next } = await tail()
    await next()
    const [running] = cloud.running
    await running?.stop()
    expect(await next()).toBeUndefined()
  })

  it('is one of 15 at most, until somebody leaves', async () => {
    const first = newClient()
    const tails = [await tail({}, first)]
    while (tails.length < MOST_LIVE_TAILS) tails.push(await tail())
    await Promise.all(tails.map(({ next }) => next()))
    expect(await failureOf(tail())).toMatchObject({ name: 'LimitExceededException', status: 400 })
    first.destroy()
    await expect.poll(() => tail().then(() => 'begun')).toBe('begun')
  })
})

describe('a live tail is refused', () => {
  it.each<[string, Partial<StartLiveTailCommandInput>, string]>([
    ['for a group that is not there', { logGroupIdentifiers: [arnOf('none')] }, 'ResourceNotFoundException'],
    ['for a name', { logGroupIdentifiers: ['api'] }, 'InvalidParameterException'],
    ['for an ARN with an asterisk', { logGroupIdentifiers: [`${arnOf('api')}:*`] }, 'InvalidParameterException'],
    ['for no group', { logGroupIdentifiers: [] }, 'InvalidParameterException'],
    [
      'for more than 10 groups',
      { logGroupIdentifiers: Array.from({ length: 11 }, () => arnOf('api')) },
      'InvalidParameterException',
    ],
    ['for streams and prefixes', { logStreamNames: ['a'], logStreamNamePrefixes: ['a'] }, 'InvalidParameterException'],
    [
      'for streams of two groups',
      { logStreamNames: ['a'], logGroupIdentifiers: [arnOf('api'), arnOf('web')] },
      'InvalidParameterException',
    ],
    ['for a pattern that is none', { logEventFilterPattern: '{ $.a = }' }, 'InvalidParameterException'],
  ])('%s', async (_, input, name) => {
    expect(await failureOf(tail(input))).toMatchObject({ name, status: 400 })
  })

  it('for a role that may not; one that may reaches it by the host name of AWS', async () => {
    // The SDK puts `stream-` before it.
    const endpoint = 'http://logs.us-east-1.amazonaws.com'
    const app = new CloudWatchLogsClient({ ...(await cloud.as(sessionOf(reader))), endpoint })
    await client.send(new CreateLogGroupCommand({ logGroupName: 'other' }))
    expect(await failureOf(tail({ logGroupIdentifiers: [arnOf('other')] }, app))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`logs:StartLiveTail on resource: ${arnOf('other')}`),
    })
    const { next } = await tail({}, app)
    expect((await next())?.sessionStart?.logGroupIdentifiers).toEqual([arnOf('api')])
    app.destroy()
  })
})

const stream = (logStreamName: string) => ({ logGroupName: 'api', logStreamName })
