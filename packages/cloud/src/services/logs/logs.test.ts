import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  ListLogGroupsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { days, hours, minutes, seeded, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { logs } from './index.ts'
import { SEGMENT_BYTES } from './limits.ts'

const GROUP = '/library/api'
const groupArn = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`
const group = testNode('logGroup', 'group', { name: GROUP, arn: `${groupArn}:*`, retentionDays: 7 })
const writer = testRole('writer', {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: `${groupArn}:*`,
})

let folder: string
let cloud: TestCloud
let clock: VirtualClock
let client: CloudWatchLogsClient

// Applications are checked against the machine's time, too, so that the virtual clock begins at it.
const now = Math.floor(Date.now() / 60_000) * 60_000

async function start(nodes = [group, writer]) {
  clock = new VirtualClock(now)
  cloud = await startTestCloud({ nodes, services: [logs], state: folder, clock })
  client = new CloudWatchLogsClient(clientOptions(cloud.gateway.url))
}

async function stop() {
  client.destroy()
  await cloud.stop()
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-logs-'))
  await start()
})

afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

const stream = (logStreamName: string, logGroupName = GROUP) =>
  client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
const put = (logStreamName: string, ...events: readonly (readonly [at: number, message: string])[]) =>
  client.send(
    new PutLogEventsCommand({
      logGroupName: GROUP,
      logStreamName,
      logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
    }),
  )
const filter = async (rest: Partial<FilterLogEventsCommandInput> = {}) => {
  const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...rest }))
  return events.map(({ message }) => message)
}
const logsFolder = () => {
  const [only = ''] = readdirSync(join(folder, 'data', 'logs'))
  return join(folder, 'data', 'logs', only)
}

describe('groups and streams through the SDK', () => {
  it('of the template exist from the start, with their retention', async () => {
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}))
    expect(logGroups).toEqual([
      {
        logGroupName: GROUP,
        creationTime: now,
        retentionInDays: 7,
        metricFilterCount: 0,
        arn: `${groupArn}:*`,
        logGroupArn: groupArn,
        logGroupClass: 'STANDARD',
        storedBytes: 0,
      },
    ])
  })

  it('are made, listed page by page, and deleted', async () => {
    for (const name of ['b', 'a', '/library/web']) {
      await client.send(new CreateLogGroupCommand({ logGroupName: name, tags: { team: 'web' } }))
    }
    const list = async (input: object) => {
      const found = await client.send(new DescribeLogGroupsCommand(input))
      return { names: found.logGroups?.map(({ logGroupName }) => logGroupName), nextToken: found.nextToken }
    }
    expect((await list({ logGroupNamePrefix: '/library' })).names).toEqual([GROUP, '/library/web'])
    expect((await list({ logGroupNamePattern: 'WEB' })).names).toEqual(['/library/web'])
    const first = await list({ limit: 3 })
    expect(first.names).toEqual([GROUP, '/library/web', 'a'])
    expect((await list({ limit: 3, nextToken: first.nextToken })).names).toEqual(['b'])
    await client.send(new DeleteLogGroupCommand({ logGroupName: 'a' }))
    expect((await list({ logGroupNamePrefix: 'a' })).names).toEqual([])
    expect(await failureOf(client.send(new CreateLogGroupCommand({ logGroupName: 'b' })))).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      status: 400,
      message: 'The specified log group already exists',
    })
    expect(await failureOf(client.send(new DeleteLogGroupCommand({ logGroupName: 'a' })))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    })
  })

  it('have streams with what is in them', async () => {
    await stream('one')
    await stream('two')
    await put('one', [now - 5, 'a'], [now, 'bc'])
    await put('two', [now - 1, 'd'])
    const describeStreams = (rest: object) =>
      client.send(new DescribeLogStreamsCommand({ logGroupName: GROUP, ...rest }))
    const { logStreams } = await describeStreams({})
    expect(logStreams?.[0]).toMatchObject({
      logStreamName: 'one',
      creationTime: now,
      firstEventTimestamp: now - 5,
      lastEventTimestamp: now,
      lastIngestionTime: now,
      arn: `${groupArn}:log-stream:one`,
      storedBytes: 0,
    })
    const byTime = await describeStreams({ orderBy: 'LastEventTime', descending: true })
    expect(byTime.logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['one', 'two'])
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}))
    expect(logGroups?.[0]?.storedBytes).toBe(4 + 3 * 26)
    await client.send(new DeleteLogStreamCommand({ logGroupName: GROUP, logStreamName: 'one' }))
    expect(await filter()).toEqual(['d'])
    expect(await failureOf(stream('two'))).toMatchObject({ name: 'ResourceAlreadyExistsException' })
    expect(await failureOf(stream('a:b'))).toMatchObject({ name: 'InvalidParameterException' })
  })

  it('have tags', async () => {
    const resourceArn = groupArn
    await client.send(new TagResourceCommand({ resourceArn, tags: { a: '1', b: '2' } }))
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }))
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ b: '2' })
    const most = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`t${i}`, '']))
    await client.send(new TagResourceCommand({ resourceArn, tags: most }))
    expect(await failureOf(client.send(new TagResourceCommand({ resourceArn, tags: { more: '' } })))).toMatchObject({
      name: 'TooManyTagsException',
    })
  })

  it('have the same tags by the operations of old, which take a name', async () => {
    const logGroupName = GROUP
    await client.send(new TagLogGroupCommand({ logGroupName, tags: { a: '1', b: '2' } }))
    await client.send(new TagLogGroupCommand({ logGroupName, tags: { b: '3' } }))
    expect((await client.send(new ListTagsLogGroupCommand({ logGroupName }))).tags).toEqual({ a: '1', b: '3' })
    await client.send(new UntagLogGroupCommand({ logGroupName, tags: ['a', 'unknown'] }))
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn: groupArn }))).tags).toEqual({ b: '3' })
    await stop()
    await start()
    expect((await client.send(new ListTagsLogGroupCommand({ logGroupName }))).tags).toEqual({ b: '3' })
    const none = { logGroupName: 'none' }
    for (const call of [
      client.send(new TagLogGroupCommand({ ...none, tags: { a: '1' } })),
      client.send(new UntagLogGroupCommand({ ...none, tags: ['a'] })),
      client.send(new ListTagsLogGroupCommand(none)),
    ]) {
      expect(await failureOf(call)).toMatchObject({ name: 'ResourceNotFoundException', status: 400 })
    }
  })
})

describe('events through the SDK', () => {
  beforeEach(async () => {
    await stream('one')
  })

  it('are read from the head or from the tail, page by page, in the order of time', async () => {
    await put('one', ...Array.from({ length: 5 }, (_, i) => [now + i, `m${i}`] as const))
    // Late ones are sorted in.
    await put('one', [now + 1, 'late'])
    const get = async (rest: object) => {
      const page = await client.send(
        new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', limit: 2, ...rest }),
      )
      return { page, messages: page.events?.map(({ message }) => message) }
    }
    const head = await get({ startFromHead: true })
    expect(head.messages).toEqual(['m0', 'm1'])
    expect(head.page.events?.[0]).toEqual({ timestamp: now, message: 'm0', ingestionTime: now })
    const second = await get({ nextToken: head.page.nextForwardToken })
    expect(second.messages).toEqual(['late', 'm2'])
    expect((await get({ nextToken: second.page.nextBackwardToken })).messages).toEqual(['m0', 'm1'])
    const third = await get({ nextToken: second.page.nextForwardToken })
    const end = await get({ nextToken: third.page.nextForwardToken })
    expect([third.messages, end.messages]).toEqual([['m3', 'm4'], []])
    expect(end.page.nextForwardToken).toBe(third.page.nextForwardToken)
    await put('one', [now + 9, 'new'])
    expect((await get({ nextToken: end.page.nextForwardToken })).messages).toEqual(['new'])
    expect((await get({})).messages).toEqual(['m4', 'new'])
    expect((await get({ startTime: now + 2, endTime: now + 4, startFromHead: true })).messages).toEqual(['m2', 'm3'])
    expect(await failureOf(get({ nextToken: 'f/1' }))).toMatchObject({ name: 'InvalidParameterException' })
  })

  it('are filtered over all streams, page by page, by pattern, time and stream', async () => {
    await stream('two')
    await put('one', [now, '{"level":"error","ms":12}'], [now + 2, 'plain ERROR'])
    await put('two', [now + 1, '{"level":"info","ms":900}'], [now + 3, 'plain'])
    expect(await filter()).toHaveLength(4)
    expect(await filter({ filterPattern: '{ $.ms > 100 }' })).toEqual(['{"level":"info","ms":900}'])
    expect(await filter({ filterPattern: 'plain -ERROR' })).toEqual(['plain'])
    expect(await filter({ startTime: now + 1, endTime: now + 2 })).toEqual(['{"level":"info","ms":900}', 'plain ERROR'])
    expect(await filter({ logStreamNamePrefix: 'tw' })).toHaveLength(2)
    expect(await filter({ logStreamNames: ['one'] })).toHaveLength(2)
    expect(await filter({ interleaved: true })).toEqual(await filter({ interleaved: false }))
    expect(await filter({ logGroupName: undefined, logGroupIdentifier: `${groupArn}:*` })).toHaveLength(4)
    const seen: string[] = []
    let nextToken: string | undefined
    do {
      const page = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 3, nextToken }))
      seen.push(...(page.events ?? []).map(({ eventId }) => eventId ?? ''))
      nextToken = page.nextToken
    } while (nextToken)
    expect(new Set(seen).size).toBe(4)
    expect(seen).toEqual(seen.toSorted())
    expect(await failureOf(filter({ filterPattern: '{ $.a = }' }))).toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid filter pattern: unexpected end',
    })
    expect(await failureOf(filter({ logGroupName: 'none' }))).toMatchObject({ name: 'ResourceNotFoundException' })
    for (const wrong of [
      { logStreamNames: ['one'], logStreamNamePrefix: 'o' },
      { startTime: now + 1, endTime: now },
      { nextToken: 'none' },
      { limit: 10_001 },
    ]) {
      expect(await failureOf(filter(wrong))).toMatchObject({ name: 'InvalidParameterException' })
    }
  })

  it('that are too old, expired or of the future are rejected, and the others taken', async () => {
    const answer = await client.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName: 'one',
        logEvents: [now - days(15), now - days(8), now, now + hours(3)].map(timestamp => ({ timestamp, message: 'm' })),
      }),
    )
    expect(answer.rejectedLogEventsInfo).toEqual({
      tooOldLogEventEndIndex: 1,
      expiredLogEventEndIndex: 2,
      tooNewLogEventStartIndex: 3,
    })
    expect(answer.nextSequenceToken).toMatch(/^\d{56}$/)
    expect(await filter()).toHaveLength(1)
  })

  it.each<[string, readonly (readonly [number, string])[], string]>([
    [
      'in disorder',
      [
        [now, 'a'],
        [now - 1, 'b'],
      ],
      'in chronological order',
    ],
    [
      'over more than a day',
      [
        [now - hours(25), 'a'],
        [now, 'b'],
      ],
      'cannot span more than 24 hours',
    ],
    [
      'too large',
      [
        [now, 'x'.repeat(600_000)],
        [now, 'x'.repeat(600_000)],
      ],
      'Upload too large: 1200052 bytes',
    ],
    ['more than 10,000', Array.from({ length: 10_001 }, () => [now, 'm'] as const), "'logEvents' failed to satisfy"],
    ['empty', [[now, '']], "'logEvents.1.member.message' failed to satisfy constraint"],
  ])('that are %s are refused', async (_, events, message) => {
    expect((await failureOf(put('one', ...events))).message).toContain(message)
    expect(await filter()).toEqual([])
  })

  it('are put by roles that may put to the group', async () => {
    const app = new CloudWatchLogsClient(await cloud.as(sessionOf(writer)))
    await app.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'app' }))
    const logEvents = [{ timestamp: now, message: 'hello' }]
    await app.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'app', logEvents }))
    expect(await failureOf(app.send(new FilterLogEventsCommand({ logGroupName: GROUP })))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`logs:FilterLogEvents on resource: ${groupArn}:log-stream:`),
    })
    expect(await filter()).toEqual(['hello'])
    app.destroy()
  })

  it('are counted as metrics of the group', async () => {
    await put('one', [now, 'four'], [now, 'äb'])
    const sum = (name: string) =>
      cloud.world.metrics.query({
        namespace: 'AWS/Logs',
        name,
        dimensions: { LogGroupName: GROUP },
        statistic: 'Sum',
        period: minutes(1),
        from: now,
        to: now + 1,
      })[0]?.value
    expect([sum('IncomingLogEvents'), sum('IncomingBytes')]).toEqual([2, 7])
  })
})

describe('on disk', () => {
  it('events survive a stop, and a crash that cut off the last line', async () => {
    await stream('one')
    await put('one', [now, 'kept\u2028\n'])
    await stop()
    await start()
    expect(await filter()).toEqual(['kept\u2028\n'])
    await put('one', [now + 1, 'second'])
    // A crash leaves a description that knows nothing of the last lines, and half a line.
    const state = logsFolder()
    const [file = ''] = readdirSync(state).filter(name => name.endsWith('.0.log'))
    await stop()
    appendFileSync(join(state, file), `[${now + 2},${now},"unknown"]\n[${now + 3},`)
    await start()
    expect(await filter()).toEqual(['kept\u2028\n', 'second', 'unknown'])
    await put('one', [now + 4, 'after'])
    expect(await filter({ startTime: now + 2 })).toEqual(['unknown', 'after'])
  })

  it('retention hides old events at once, and removes their files', async () => {
    await stream('one')
    await put('one', [now, 'old'])
    await clock.advance(days(6))
    await client.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 14 }))
    await put('one', [now, 'older file'])
    expect(readdirSync(logsFolder()).filter(name => name.endsWith('.log'))).toHaveLength(2)
    await client.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 5 }))
    expect(await filter()).toEqual([])
    await clock.advance(hours(2))
    expect(readdirSync(logsFolder()).filter(name => name.endsWith('.log'))).toEqual([])
    await client.send(new DeleteRetentionPolicyCommand({ logGroupName: GROUP }))
    expect(
      await failureOf(client.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 2 }))),
    ).toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  it('no name leads out of the folder', async () => {
    const before = readdirSync(folder)
    await client.send(new CreateLogGroupCommand({ logGroupName: '../../../escape' }))
    await stream('../../escape', '../../../escape')
    expect(readdirSync(folder)).toEqual(before)
    expect(readdirSync(join(folder, 'data'))).toEqual(['logs'])
    expect(readdirSync(join(folder, 'data', 'logs')).every(name => /^[0-9a-f]{32}$/.test(name))).toBe(true)
  })

  it('large streams are split, and a search in them equals one in memory', async () => {
    const groups = await cloud.world.ports.need('logGroups')
    const random = seeded('events')
    const all = Array.from({ length: 3000 }, (_, i) => ({
      at: now + random.integer(100_000),
      message: `${i} ${'x'.repeat(random.integer(3000))} ${random.integer(3)}`,
    }))
    for (let i = 0; i < all.length; i += 100) groups.put(GROUP, `s${i % 3}`, all.slice(i, i + 100))
    const size = all.reduce((sum, { message }) => sum + message.length, 0)
    expect(size).toBeGreaterThan(SEGMENT_BYTES)
    const wanted = all.filter(({ message }) => message.endsWith(' 2')).map(({ at }) => at)
    const found: number[] = []
    let nextToken: string | undefined
    do {
      const page = await client.send(
        new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern: '"x 2"', limit: 300, nextToken }),
      )
      found.push(...(page.events ?? []).map(({ timestamp = 0 }) => timestamp))
      nextToken = page.nextToken
    } while (nextToken)
    expect(found).toEqual(
      wanted.toSorted((a, b) => a - b).filter(at => all.some(e => e.at === at && e.message.endsWith('x 2'))),
    )
  })
})

it('what is not emulated is refused by name', async () => {
  const query = client.send(
    new StartQueryCommand({ logGroupName: GROUP, startTime: 0, endTime: 1, queryString: 'fields @message' }),
  )
  expect((await failureOf(query)).message).toContain(
    'the operation StartQuery is not emulated by the local cloud: queries of Logs Insights are not run here',
  )
  const groups = client.send(new ListLogGroupsCommand({}))
  expect((await failureOf(groups)).message).toContain('the operation ListLogGroups is not emulated')
})
