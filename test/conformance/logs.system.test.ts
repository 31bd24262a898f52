import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { failureOf } from './failure.ts'
import { arn } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const logs = () => client(CloudWatchLogsClient)
const logStreamName = `conformance-${Date.now()}`
const stream = () => ({ logGroupName: output('Log'), logStreamName })
/** On AWS what was put can be read after some seconds. */
const LATE = { timeout: 60_000, interval: 500 }
const base = Date.now() - 60_000

beforeAll(async () => {
  await logs().send(new CreateLogStreamCommand(stream()))
})
afterAll(async () => {
  await logs().send(new DeleteLogStreamCommand(stream()))
})

describe('what Logs tells about a stack', () => {
  it('has the group with its retention and both of its ARNs', async () => {
    const { logGroups } = await logs().send(new DescribeLogGroupsCommand({ logGroupNamePrefix: output('Log') }))
    expect(logGroups).toMatchObject([
      {
        logGroupName: output('Log'),
        retentionInDays: 7,
        metricFilterCount: 0,
        logGroupClass: 'STANDARD',
        arn: expect.stringMatching(arn('logs', `log-group:${output('Log')}:\\*`)),
        logGroupArn: expect.stringMatching(arn('logs', `log-group:${output('Log')}`)),
        storedBytes: expect.any(Number),
      },
    ])
    expect(logGroups?.[0]?.creationTime).toBeLessThanOrEqual(Date.now())
  })
})

describe('what Logs does with events', () => {
  const messages = ['ERROR the desk is closed', '{"level":"info","ms":12}', 'INFO the desk is open']

  it('keeps them, gives them back in their order and in pages, and the same token at the end', async () => {
    const logEvents = messages.map((message, i) => ({ timestamp: base + i, message }))
    await logs().send(new PutLogEventsCommand({ ...stream(), logEvents }))
    const read = (limit: number, nextToken?: string) =>
      logs().send(new GetLogEventsCommand({ ...stream(), limit, startFromHead: true, ...(nextToken && { nextToken }) }))
    await vi.waitFor(async () => expect((await read(10)).events).toHaveLength(3), LATE)
    const first = await read(2)
    const second = await read(2, first.nextForwardToken)
    expect([...(first.events ?? []), ...(second.events ?? [])].map(event => event.message)).toEqual(messages)
    expect(first.events?.[0]).toMatchObject({ timestamp: base, ingestionTime: expect.any(Number) })
    expect(first.nextForwardToken).toMatch(/^f\/\d{56}/)
    expect(first.nextBackwardToken).toMatch(/^b\/\d{56}/)
    const end = await read(2, second.nextForwardToken)
    expect([end.events, end.nextForwardToken]).toEqual([[], second.nextForwardToken])
  })

  it.each([
    ['a word', 'ERROR', [0]],
    ['a word that must not be there', '-desk', [1]],
    ['any of two words', '?ERROR ?open', [0, 2]],
    ['a phrase', '"desk is"', [0, 2]],
    ['a number in JSON', '{ $.ms > 10 }', [1]],
    ['a text in JSON', '{ $.level = "warn" }', []],
  ])('finds %s', async (_, filterPattern, found) => {
    await vi.waitFor(async () => {
      const { events } = await logs().send(
        new FilterLogEventsCommand({
          logGroupName: output('Log'),
          logStreamNames: [logStreamName],
          filterPattern,
        }),
      )
      expect(events?.map(event => event.message)).toEqual(found.map(i => messages[i]))
      for (const event of events ?? [])
        expect(event).toMatchObject({ logStreamName, eventId: expect.stringMatching(/^\d{56}$/) })
    }, LATE)
  })

  it('says which events were too old, and keeps none of them', async () => {
    const logEvents = [{ timestamp: Date.now() - 15 * 86_400_000, message: 'long ago' }]
    const { rejectedLogEventsInfo } = await logs().send(new PutLogEventsCommand({ ...stream(), logEvents }))
    expect(rejectedLogEventsInfo?.tooOldLogEventEndIndex ?? rejectedLogEventsInfo?.expiredLogEventEndIndex).toBe(1)
  })
})

describe('what Logs refuses', () => {
  const logEvents = [{ timestamp: Date.now(), message: 'x' }]
  it.each<[name: string, code: string, call: () => Promise<unknown>]>([
    [
      'a stream that is there already',
      'ResourceAlreadyExistsException',
      () => logs().send(new CreateLogStreamCommand(stream())),
    ],
    [
      'a group that is there already',
      'ResourceAlreadyExistsException',
      () => logs().send(new CreateLogGroupCommand({ logGroupName: output('Log') })),
    ],
    [
      'events for a stream that is not there',
      'ResourceNotFoundException',
      () => logs().send(new PutLogEventsCommand({ ...stream(), logStreamName: 'nobody', logEvents })),
    ],
    [
      'events for a group that is not there',
      'ResourceNotFoundException',
      () => logs().send(new PutLogEventsCommand({ ...stream(), logGroupName: 'terrace-nobody', logEvents })),
    ],
    [
      'events in the wrong order',
      'InvalidParameterException',
      () =>
        logs().send(
          new PutLogEventsCommand({
            ...stream(),
            logEvents: [
              { timestamp: base + 1, message: 'b' },
              { timestamp: base, message: 'a' },
            ],
          }),
        ),
    ],
    [
      'a pattern that does not end',
      'InvalidParameterException',
      () => logs().send(new FilterLogEventsCommand({ logGroupName: output('Log'), filterPattern: '{ $.ms > ' })),
    ],
    [
      'a retention that is not on the list',
      'InvalidParameterException',
      () => logs().send(new PutRetentionPolicyCommand({ logGroupName: output('Log'), retentionInDays: 8 })),
    ],
    [
      'a prefix together with the order of time',
      'InvalidParameterException',
      () =>
        logs().send(
          new DescribeLogStreamsCommand({
            logGroupName: output('Log'),
            orderBy: 'LastEventTime',
            logStreamNamePrefix: 'x',
          }),
        ),
    ],
  ])('%s', async (_, code, call) => {
    expect(await failureOf(call())).toMatchObject({ code, status: 400 })
  })

  it('what the role of the caller does not allow', async () => {
    const limited = await operator(CloudWatchLogsClient)
    expect(await failureOf(limited.send(new GetLogEventsCommand(stream())))).toMatchObject({
      code: 'AccessDeniedException',
      status: 400,
      message: expect.stringMatching(
        /^User: arn:\S+ is not authorized to perform: logs:GetLogEvents on resource: arn:aws[a-z-]*:logs:\S+:log-group:\S+ because no identity-based policy allows the logs:GetLogEvents action$/,
      ),
    })
  })
})

describe('an operator looks for lines', () => {
  operatorTypes(target, [
    {
      does: 'reads the retention of a group',
      types: `aws logs describe-log-groups --log-group-name-prefix $Log --query 'logGroups[0].retentionInDays'`,
      prints: '7\n',
    },
    {
      does: 'makes a stream, sees it, and removes it',
      types: `aws logs create-log-stream --log-group-name $Log --log-stream-name by-hand &&
        aws logs describe-log-streams --log-group-name $Log --log-stream-name-prefix by-hand --query 'logStreams[].logStreamName' --output text &&
        aws logs delete-log-stream --log-group-name $Log --log-stream-name by-hand`,
      prints: 'by-hand\n',
    },
    {
      does: 'says what is missing',
      types: 'aws logs get-log-events --log-group-name $Log --log-stream-name nobody',
      fails: true,
      prints:
        /An error occurred \(ResourceNotFoundException\) when calling the GetLogEvents operation: The specified log stream does not exist\./,
    },
  ])
})
