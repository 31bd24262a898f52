import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateApiDestinationCommand,
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemovePermissionCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge'
import { minutes } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { failureOf, sessionOf, testRole } from '../../gateway/testing.ts'
import { LARGEST_ENTRIES } from './limits.ts'
import { FUNCTION, HOME, queueArn, ruleArnOf, ruleNode, START, startEvents, TOPIC } from './testing.ts'

const PAID = JSON.stringify({ source: ['orders'], detail: { state: ['paid'] } })
const entry = (rest: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'orders',
  DetailType: 'Order Changed',
  Detail: '{"state":"paid","total":1.10}',
  ...rest,
})
const busArn = (name: string) => `arn:aws:events:${HOME}:event-bus/${name}`

describe('rules', () => {
  it('are put, described, listed, switched off and on, and deleted when they have no targets', async () => {
    await using on = await startEvents()
    const { client } = on
    const put = { Name: 'paid', EventPattern: PAID, Description: 'Paid orders' }
    expect((await client.send(new PutRuleCommand(put))).RuleArn).toBe(ruleArnOf('paid'))
    await client.send(new PutRuleCommand({ Name: 'nightly', ScheduleExpression: 'rate(1 day)', State: 'DISABLED' }))
    expect(await client.send(new DescribeRuleCommand({ Name: 'paid' }))).toMatchObject({
      ...put,
      Arn: ruleArnOf('paid'),
      State: 'ENABLED',
      EventBusName: 'default',
      CreatedBy: '123456789012',
    })
    await client.send(new DisableRuleCommand({ Name: 'paid' }))
    await client.send(new EnableRuleCommand({ Name: 'nightly' }))
    const first = await client.send(new ListRulesCommand({ Limit: 1 }))
    expect(first.Rules).toMatchObject([{ Name: 'nightly', State: 'ENABLED', ScheduleExpression: 'rate(1 day)' }])
    const second = await client.send(new ListRulesCommand({ Limit: 1, NextToken: first.NextToken }))
    expect(second).toMatchObject({ Rules: [{ Name: 'paid', State: 'DISABLED' }] })
    expect(second.NextToken).toBeUndefined()
    expect((await client.send(new ListRulesCommand({ NamePrefix: 'p' }))).Rules).toHaveLength(1)
    await client.send(new PutTargetsCommand({ Rule: 'paid', Targets: [{ Id: 'a', Arn: TOPIC }] }))
    expect(await failureOf(client.send(new DeleteRuleCommand({ Name: 'paid' })))).toMatchObject({
      name: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    })
    await client.send(new RemoveTargetsCommand({ Rule: 'paid', Ids: ['a'] }))
    await client.send(new DeleteRuleCommand({ Name: 'paid' }))
    await client.send(new DeleteRuleCommand({ Name: 'paid' }))
    expect(await failureOf(client.send(new DescribeRuleCommand({ Name: 'paid' })))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule paid does not exist on EventBus default.',
    })
  })

  it('have targets, found by rule and by target', async () => {
    await using on = await startEvents()
    const { client } = on
    await client.send(new PutRuleCommand({ Name: 'paid', EventPattern: PAID }))
    const Targets = [
      { Id: 'guard', Arn: FUNCTION, InputPath: '$.detail' },
      {
        Id: 'queue',
        Arn: queueArn('steps.fifo'),
        SqsParameters: { MessageGroupId: 'orders' },
        DeadLetterConfig: { Arn: queueArn('dead') },
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
      },
      { Id: 'topic', Arn: TOPIC, InputTransformer: { InputPathsMap: { s: '$.detail.state' }, InputTemplate: '"<s>"' } },
    ]
    expect(await client.send(new PutTargetsCommand({ Rule: 'paid', Targets }))).toMatchObject({ FailedEntryCount: 0 })
    const first = await client.send(new ListTargetsByRuleCommand({ Rule: 'paid', Limit: 2 }))
    expect(first.Targets).toEqual(Targets.slice(0, 2))
    const rest = await client.send(new ListTargetsByRuleCommand({ Rule: 'paid', NextToken: first.NextToken }))
    expect(rest.Targets).toEqual(Targets.slice(2))
    expect(await client.send(new ListRuleNamesByTargetCommand({ TargetArn: TOPIC }))).toMatchObject({
      RuleNames: ['paid'],
    })
    const removed = await client.send(new RemoveTargetsCommand({ Rule: 'paid', Ids: ['guard', 'none'] }))
    expect(removed).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'none', ErrorCode: 'ResourceNotFoundException' }],
    })
    expect((await client.send(new ListTargetsByRuleCommand({ Rule: 'paid' }))).Targets).toHaveLength(2)
  })

  it('keep their tags apart from what they are', async () => {
    await using on = await startEvents()
    const { client } = on
    const Tags = [{ Key: 'team', Value: 'orders' }]
    await client.send(new PutRuleCommand({ Name: 'paid', EventPattern: PAID, Tags }))
    await client.send(new PutRuleCommand({ Name: 'paid', EventPattern: PAID, Tags: [{ Key: 'other', Value: '' }] }))
    const ResourceARN = ruleArnOf('paid')
    await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'cost', Value: '1' }] }))
    expect((await client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([
      ...Tags,
      { Key: 'cost', Value: '1' },
    ])
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['team'] }))
    expect((await client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toHaveLength(1)
    const none = client.send(new ListTagsForResourceCommand({ ResourceARN: ruleArnOf('none') }))
    expect(await failureOf(none)).toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it.each<[string, object, string, string]>([
    ['neither pattern nor schedule', {}, 'ValidationException', 'EventPattern or ScheduleExpression must be specified'],
    [
      'a bad pattern',
      { EventPattern: '{"source":"a"}' },
      'InvalidEventPatternException',
      'must be an object or an array',
    ],
    [
      'a bad schedule',
      { ScheduleExpression: 'rate(1 minutes)' },
      'ValidationException',
      'ScheduleExpression is not valid',
    ],
    [
      'a bus that is not there',
      { EventPattern: PAID, EventBusName: 'none' },
      'ResourceNotFoundException',
      'Event bus none',
    ],
    ['a name with a blank', { Name: 'a b', EventPattern: PAID }, 'ValidationException', "at 'name'"],
    ['a tag of AWS', { EventPattern: PAID, Tags: [{ Key: 'aws:x', Value: '' }] }, 'ValidationException', 'reserved'],
    [
      'trails',
      { EventPattern: PAID, State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' },
      'ValidationException',
      'state',
    ],
  ])('are refused with %s', async (_, input, name, message) => {
    await using on = await startEvents()
    expect(await failureOf(on.client.send(new PutRuleCommand({ Name: 'bad', ...input })))).toMatchObject({
      name,
      message: expect.stringContaining(message),
    })
    expect((await on.client.send(new ListRulesCommand({}))).Rules).toEqual([])
  })

  it.each<[string, object, string, string]>([
    ['an ARN that is none', { Arn: 'here' }, 'ValidationException', 'not in correct format'],
    [
      'a service that is not emulated',
      { Arn: `arn:aws:states:${HOME}:stateMachine:a` },
      'UnknownOperationException',
      'states',
    ],
    ['parameters of ECS', { EcsParameters: { TaskDefinitionArn: 'a' } }, 'UnknownOperationException', 'EcsParameters'],
    [
      'commands of SSM',
      { RunCommandParameters: { RunCommandTargets: [] } },
      'UnknownOperationException',
      'RunCommandParameters',
    ],
    ['two inputs', { Input: '{}', InputPath: '$' }, 'ValidationException', 'Only one of Input, InputPath'],
    ['an input that is no JSON', { Input: '{' }, 'ValidationException', 'Invalid input for target a'],
    [
      'a FIFO queue without a group',
      { Arn: queueArn('a.fifo') },
      'ValidationException',
      'SqsParameters must be specified',
    ],
    ['a topic for dead letters', { DeadLetterConfig: { Arn: TOPIC } }, 'ValidationException', 'no standard queue'],
    ['too many tries', { RetryPolicy: { MaximumRetryAttempts: 186 } }, 'ValidationException', 'maximumRetryAttempts'],
  ])('refuse a target with %s', async (_, input, name, message) => {
    await using on = await startEvents({ nodes: [ruleNode('paid', [], { pattern: PAID })] })
    const Targets = [{ Id: 'a', Arn: queueArn('a'), ...input }]
    expect(await failureOf(on.client.send(new PutTargetsCommand({ Rule: 'paid', Targets })))).toMatchObject({
      name,
      message: expect.stringContaining(message),
    })
    expect((await on.client.send(new ListTargetsByRuleCommand({ Rule: 'paid' }))).Targets).toEqual([])
  })

  it('have five targets at most', async () => {
    await using on = await startEvents({ nodes: [ruleNode('paid', [], { pattern: PAID })] })
    const Targets = Array.from({ length: 6 }, (_, index) => ({ Id: `${index}`, Arn: TOPIC }))
    const put = (count: number) =>
      on.client.send(new PutTargetsCommand({ Rule: 'paid', Targets: Targets.slice(0, count) }))
    expect(await failureOf(put(6))).toMatchObject({ name: 'LimitExceededException' })
    await put(5)
    await put(5)
  })

  it('survive a restart, those of the template as it says now, those that it has no longer not at all', async () => {
    const state = mkdtempSync(join(tmpdir(), 'terrace-events-'))
    try {
      const nodes = [
        ruleNode('own', [{ id: 'a', arn: TOPIC }], { pattern: PAID }),
        ruleNode('gone', [], { pattern: PAID }),
      ]
      {
        await using first = await startEvents({ state, nodes })
        await first.client.send(new PutRuleCommand({ Name: 'made', ScheduleExpression: 'rate(10 minutes)' }))
        await first.client.send(new PutTargetsCommand({ Rule: 'made', Targets: [{ Id: 'a', Arn: FUNCTION }] }))
        await first.client.send(new DisableRuleCommand({ Name: 'own' }))
      }
      await using second = await startEvents({ state, nodes: nodes.slice(0, 1), at: START + minutes(4) })
      const { Rules = [] } = await second.client.send(new ListRulesCommand({}))
      expect(Rules.map(({ Name, State }) => [Name, State])).toEqual([
        ['made', 'ENABLED'],
        ['own', 'ENABLED'],
      ])
      // Its rate counts on.
      await second.clock.advance(minutes(6))
      expect(second.given.map(({ to }) => to)).toEqual([FUNCTION])
    } finally {
      rmSync(state, { recursive: true, force: true })
    }
  })

  it.each(['{', '[]', '{"buses":[],"rules":[{}]}'])(
    'are refused at the start when their file holds %s',
    async content => {
      const state = mkdtempSync(join(tmpdir(), 'terrace-events-'))
      try {
        await (await startEvents({ state }))[Symbol.asyncDispose]()
        const file = join(state, 'data', 'events', 'rules.json')
        writeFileSync(file, content)
        await expect(startEvents({ state })).rejects.toMatchObject({ code: 'EVENTS_STATE_CORRUPT', place: { file } })
      } finally {
        rmSync(state, { recursive: true, force: true })
      }
    },
  )
})

describe('events that are put', () => {
  it('go to the targets of the rules that ask for them, exactly as they were written', async () => {
    await using on = await startEvents({ nodes: [ruleNode('paid', [{ id: 'a', arn: FUNCTION }], { pattern: PAID })] })
    const Time = new Date(Date.UTC(2026, 10, 21))
    const put = await on.client.send(
      new PutEventsCommand({
        Entries: [entry({ Time, Resources: ['order/1'] }), entry({ Detail: '{"state":"open"}' })],
      }),
    )
    expect(put.FailedEntryCount).toBe(0)
    const id = put.Entries?.[0]?.EventId
    expect(on.given).toEqual([
      {
        to: FUNCTION,
        from: { kind: 'service', service: 'events.amazonaws.com', sourceArn: ruleArnOf('paid') },
        body:
          `{"version":"0","id":"${id}","detail-type":"Order Changed","source":"orders","account":"123456789012",` +
          '"time":"2026-11-21T00:00:00Z","region":"us-east-1","resources":["order/1"],"detail":{"state":"paid","total":1.10}}',
      },
    ])
  })

  it('are refused one by one', async () => {
    await using on = await startEvents({
      nodes: [ruleNode('all', [{ id: 'a', arn: FUNCTION }], { pattern: '{"source":[{"exists":true}]}' })],
    })
    const deep = `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`
    const put = await on.client.send(
      new PutEventsCommand({
        Entries: [
          entry(),
          entry({ Source: undefined }),
          entry({ DetailType: '' }),
          entry({ Detail: undefined }),
          entry({ Detail: '{' }),
          entry({ Detail: '[]' }),
          entry({ Detail: deep }),
          entry({ Source: 'aws.ec2' }),
        ],
      }),
    )
    expect(put.FailedEntryCount).toBe(7)
    expect(put.Entries?.map(({ ErrorCode, ErrorMessage }) => [ErrorCode, ErrorMessage])).toEqual([
      [undefined, undefined],
      ['InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.'],
      ['InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.'],
      ['InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.'],
      ['MalformedDetail', 'Detail is malformed.'],
      ['MalformedDetail', 'Detail is malformed.'],
      ['MalformedDetail', 'Detail is malformed.'],
      ['NotAuthorizedForSourceException', 'Not authorized for the source.'],
    ])
    expect(on.given).toHaveLength(1)
  })

  it('are ten at most, and a megabyte', async () => {
    await using on = await startEvents()
    const many = new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => entry()) })
    expect(await failureOf(on.client.send(many))).toMatchObject({ name: 'ValidationException' })
    expect(await failureOf(on.client.send(new PutEventsCommand({ Entries: [] })))).toMatchObject({
      name: 'ValidationException',
    })
    const sized = (length: number) => entry({ Detail: JSON.stringify({ a: 'a'.repeat(length - 8) }) })
    const room = LARGEST_ENTRIES - 'ordersOrder Changed'.length
    expect((await on.client.send(new PutEventsCommand({ Entries: [sized(room)] }))).FailedEntryCount).toBe(0)
    expect(await failureOf(on.client.send(new PutEventsCommand({ Entries: [sized(room + 1)] })))).toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    })
  })

  it('are lost on a bus that is not there, which the journal alone tells', async () => {
    await using on = await startEvents()
    const put = await on.client.send(new PutEventsCommand({ Entries: [entry({ EventBusName: 'none' })] }))
    expect(put.FailedEntryCount).toBe(0)
    expect(on.cloud.world.journal.since(0).map(({ message }) => message)).toContain(
      'Order Changed from orders is lost: there is no event bus none',
    )
  })

  it('can be tried out on a pattern', async () => {
    await using on = await startEvents()
    const Event = JSON.stringify({
      id: '1',
      account: '1',
      source: 'orders',
      time: '',
      region: '',
      resources: [],
      'detail-type': '',
      detail: { state: 'paid' },
    })
    const test = (EventPattern: string, event = Event) =>
      on.client.send(new TestEventPatternCommand({ EventPattern, Event: event }))
    expect((await test(PAID)).Result).toBe(true)
    expect((await test('{"source":["other"]}')).Result).toBe(false)
    expect(await failureOf(test('{"source":"a"}'))).toMatchObject({ name: 'InvalidEventPatternException' })
    expect(await failureOf(test(PAID, '{'))).toMatchObject({ name: 'ValidationException' })
  })
})

describe('buses', () => {
  it('are made, changed, listed, and deleted when they have no rules', async () => {
    await using on = await startEvents()
    const { client } = on
    const made = await client.send(
      new CreateEventBusCommand({ Name: 'orders', Description: 'Orders', Tags: [{ Key: 'a', Value: 'b' }] }),
    )
    expect(made).toMatchObject({ EventBusArn: busArn('orders'), Description: 'Orders' })
    expect(await failureOf(client.send(new CreateEventBusCommand({ Name: 'orders' })))).toMatchObject({
      name: 'ResourceAlreadyExistsException',
    })
    const DeadLetterConfig = { Arn: queueArn('dead') }
    const LogConfig = { Level: 'OFF', IncludeDetail: 'NONE' } as const
    await client.send(
      new UpdateEventBusCommand({ Name: 'orders', Description: 'All orders', DeadLetterConfig, LogConfig }),
    )
    expect(await client.send(new DescribeEventBusCommand({ Name: busArn('orders') }))).toMatchObject({
      Name: 'orders',
      Description: 'All orders',
      DeadLetterConfig,
      LogConfig,
      CreationTime: new Date(START),
    })
    expect((await client.send(new ListTagsForResourceCommand({ ResourceARN: busArn('orders') }))).Tags).toHaveLength(1)
    expect((await client.send(new ListEventBusesCommand({}))).EventBuses?.map(({ Name }) => Name)).toEqual([
      'default',
      'orders',
    ])
    await client.send(new PutRuleCommand({ Name: 'paid', EventBusName: 'orders', EventPattern: PAID }))
    const schedule = new PutRuleCommand({ Name: 'x', EventBusName: 'orders', ScheduleExpression: 'rate(1 day)' })
    expect(await failureOf(client.send(schedule))).toMatchObject({
      message: 'ScheduleExpression is supported only on the default event bus.',
    })
    expect(await failureOf(client.send(new DeleteEventBusCommand({ Name: 'orders' })))).toMatchObject({
      name: 'ValidationException',
    })
    await client.send(new DeleteRuleCommand({ Name: 'paid', EventBusName: 'orders' }))
    await client.send(new DeleteEventBusCommand({ Name: 'orders' }))
    expect(await failureOf(client.send(new DescribeEventBusCommand({ Name: 'orders' })))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Event bus orders does not exist.',
    })
    expect(await failureOf(client.send(new DeleteEventBusCommand({ Name: 'default' })))).toMatchObject({
      message: 'Cannot delete event bus default.',
    })
    const logged = new CreateEventBusCommand({ Name: 'logged', LogConfig: { Level: 'INFO' } })
    expect(await failureOf(client.send(logged))).toMatchObject({
      message: expect.stringContaining('logs of an event bus'),
    })
  })

  it('have policies, statement by statement or as a whole', async () => {
    await using on = await startEvents()
    const { client } = on
    const policyOf = async (): Promise<unknown> => {
      const { Policy } = await client.send(new DescribeEventBusCommand({}))
      return Policy === undefined ? undefined : JSON.parse(Policy)
    }
    const partner = { Action: 'events:PutEvents', Principal: '210987654321', StatementId: 'partner' }
    const Condition = { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-0123456789' }
    await client.send(new PutPermissionCommand(partner))
    await client.send(new PutPermissionCommand({ ...partner, Principal: '*', StatementId: 'all', Condition }))
    expect(await policyOf()).toMatchObject({
      Statement: [
        { Sid: 'partner', Principal: { AWS: 'arn:aws:iam::210987654321:root' }, Resource: busArn('default') },
        { Sid: 'all', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } } },
      ],
    })
    await client.send(new RemovePermissionCommand({ StatementId: 'partner' }))
    expect(await policyOf()).toMatchObject({ Statement: [{ Sid: 'all' }] })
    expect(await failureOf(client.send(new RemovePermissionCommand({ StatementId: 'partner' })))).toMatchObject({
      name: 'ResourceNotFoundException',
    })
    await client.send(new RemovePermissionCommand({ RemoveAllPermissions: true }))
    expect(await policyOf()).toBeUndefined()
    const Policy = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' }],
    })
    await client.send(new PutPermissionCommand({ Policy }))
    expect(await policyOf()).toEqual(JSON.parse(Policy))
    for (const bad of [{ Policy: '{' }, { Policy, ...partner }, { StatementId: 'a' }]) {
      expect(await failureOf(client.send(new PutPermissionCommand(bad)))).toMatchObject({ name: 'ValidationException' })
    }
  })
})

describe('what a role may do', () => {
  it('is decided by action, rule and bus, with the source of events as a condition', async () => {
    const teller = testRole(
      'teller',
      {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: busArn('default'),
        Condition: { StringEquals: { 'events:source': 'orders' } },
      },
      { Effect: 'Allow', Action: ['events:PutRule', 'events:PutTargets'], Resource: ruleArnOf('mine-*') },
    )
    await using on = await startEvents({ nodes: [teller] })
    const client = new EventBridgeClient(await on.cloud.as(sessionOf(teller)))
    try {
      await client.send(new PutEventsCommand({ Entries: [entry()] }))
      const denied = { name: 'AccessDeniedException' }
      const other = new PutEventsCommand({ Entries: [entry(), entry({ Source: 'other' })] })
      expect(await failureOf(client.send(other))).toMatchObject(denied)
      await client.send(new PutRuleCommand({ Name: 'mine-a', EventPattern: PAID }))
      expect(await failureOf(client.send(new PutRuleCommand({ Name: 'a', EventPattern: PAID })))).toMatchObject(denied)
      const handing = { Id: 'a', Arn: TOPIC, RoleArn: teller.arn }
      expect(await failureOf(client.send(new PutTargetsCommand({ Rule: 'mine-a', Targets: [handing] })))).toMatchObject(
        {
          ...denied,
          message: expect.stringContaining('iam:PassRole'),
        },
      )
    } finally {
      client.destroy()
    }
  })
})

it('archives, replays, API destinations and partners are refused by name', async () => {
  await using on = await startEvents()
  const destination = new CreateApiDestinationCommand({
    Name: 'a',
    ConnectionArn: `arn:aws:events:${HOME}:connection/a`,
    InvocationEndpoint: 'https://example.com',
    HttpMethod: 'POST',
  })
  expect(await failureOf(on.client.send(destination))).toMatchObject({
    message: expect.stringContaining('nothing outside of this machine is called'),
  })
  const replay = new StartReplayCommand({
    ReplayName: 'a',
    EventSourceArn: `arn:aws:events:${HOME}:archive/a`,
    EventStartTime: new Date(0),
    EventEndTime: new Date(1),
    Destination: { Arn: busArn('default') },
  })
  expect(await failureOf(on.client.send(replay))).toMatchObject({ message: expect.stringContaining('StartReplay') })
})
