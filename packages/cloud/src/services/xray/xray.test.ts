import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchGetTracesCommand,
  CreateGroupCommand,
  CreateSamplingRuleCommand,
  DeleteGroupCommand,
  DeleteSamplingRuleCommand,
  GetEncryptionConfigCommand,
  GetGroupCommand,
  GetGroupsCommand,
  GetInsightSummariesCommand,
  GetSamplingRulesCommand,
  GetSamplingStatisticSummariesCommand,
  GetSamplingTargetsCommand,
  GetServiceGraphCommand,
  GetTraceGraphCommand,
  GetTraceSummariesCommand,
  ListTagsForResourceCommand,
  PutTelemetryRecordsCommand,
  PutTraceSegmentsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateGroupCommand,
  UpdateSamplingRuleCommand,
  XRayClient,
} from '@aws-sdk/client-xray'
import { days } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, sessionOf, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { segment, startXRay, traceId, type XRayCloud } from './testing.ts'

const writer = testRole('writer', { Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' })

let cloud: XRayCloud
beforeEach(async () => {
  cloud = await startXRay([writer])
})
afterEach(() => cloud.stop())

const put = (...documents: readonly string[]) =>
  cloud.client.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [...documents] }))
const range = () => ({ StartTime: new Date(Date.now() - 60_000), EndTime: new Date(Date.now() + 60_000) })
const find = async (FilterExpression?: string) => {
  const { TraceSummaries = [] } = await cloud.client.send(
    new GetTraceSummariesCommand({ ...range(), ...(FilterExpression === undefined ? {} : { FilterExpression }) }),
  )
  return TraceSummaries
}
const idsOf = async (filter?: string) => (await find(filter)).map(({ Id }) => Number.parseInt(Id?.slice(11) ?? '', 16))

describe('segments', () => {
  it('are taken, and what is none is named with its reason', async () => {
    const { UnprocessedTraceSegments } = await put(
      segment(1),
      '{',
      segment(2, { trace_id: 'x' }),
      segment(3, { end_time: undefined }),
      segment(4, { end_time: 1 }),
      segment(5, { type: 'subsegment' }),
      segment(6, { metadata: { a: 'x'.repeat(64 * 1024) } }),
      segment(7, { name: 'a|b' }),
      segment(8, { id: undefined }),
    )
    expect(UnprocessedTraceSegments?.map(({ Id, ErrorCode }) => [Id?.slice(-1), ErrorCode])).toEqual([
      [undefined, 'ParseError'],
      ['2', 'InvalidTraceId'],
      ['3', 'MissingEndTime'],
      ['4', 'InvalidTime'],
      ['5', 'MissingParentId'],
      [undefined, 'SegmentTooLarge'],
      ['7', 'InvalidName'],
      [undefined, 'MissingId'],
    ])
    expect(await idsOf()).toEqual([1])
    expect(cloud.world.journal.since(0).filter(({ kind }) => kind === 'xray.unprocessed')).toHaveLength(8)
  })

  it('become a trace with the subsegments that came separately and segments for what sends none', async () => {
    const now = Math.floor(Date.now() / 1000)
    const call = { id: 'a'.repeat(16), name: 'DynamoDB', namespace: 'aws', start_time: now, end_time: now + 0.01 }
    await put(
      segment(1, { subsegments: [{ ...call, aws: { table_name: 'items', operation: 'Query' } }] }),
      segment(1, { id: 'b'.repeat(16), name: 'render', type: 'subsegment', parent_id: '1111111111111111' }),
      segment(1, {
        id: 'c'.repeat(16),
        name: 'worker',
        parent_id: 'b'.repeat(16),
        in_progress: true,
        end_time: undefined,
      }),
    )
    const { Traces = [] } = await cloud.client.send(new BatchGetTracesCommand({ TraceIds: [traceId(1), traceId(9)] }))
    expect(Traces.map(({ Id }) => Id)).toEqual([traceId(1)])
    const documents = Traces[0]?.Segments?.map(({ Document }) => JSON.parse(Document ?? '')) ?? []
    expect(documents.map(({ name, inferred = false }) => [name, inferred])).toEqual([
      ['api', false],
      ['worker', false],
      ['items', true],
    ])
    expect(documents[0].subsegments.map(({ name }: { name: string }) => name)).toEqual(['render', 'DynamoDB'])
    expect(documents[2]).toMatchObject({ origin: 'AWS::DynamoDB::Table', parent_id: call.id })
    expect(await find()).toMatchObject([{ IsPartial: true, EntryPoint: { Name: 'api' } }])
    // The complete segment takes the place of the one in progress, and not the other way round.
    await put(segment(1, { id: 'c'.repeat(16), name: 'worker', parent_id: 'b'.repeat(16) }))
    await put(segment(1, { id: 'c'.repeat(16), name: 'worker', in_progress: true, end_time: undefined }))
    expect(await find()).toMatchObject([{ IsPartial: false }])
  })

  it('stay after a restart, also after a crash in the middle of a line, for 30 days', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrace-xray-'))
    const traces = join(folder, 'data', 'xray', 'traces')
    try {
      const first = await startXRay([], folder)
      await first.client.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [segment(1)] }))
      await first.stop()
      appendFileSync(join(traces, '1.jsonl'), '{"at":1,"docu')
      const old = { at: Date.now() - days(31), document: JSON.parse(segment(2)) }
      writeFileSync(join(traces, '0.jsonl'), `${JSON.stringify(old)}\n`)
      const second = await startXRay([], folder)
      await second.client.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [segment(3)] }))
      await second.stop()
      const third = await startXRay([], folder)
      const { TraceSummaries } = await third.client.send(new GetTraceSummariesCommand(range()))
      expect(TraceSummaries?.map(({ Id }) => Id)).toEqual([traceId(1), traceId(3)])
      await third.stop()
      expect(readdirSync(traces).sort()).toEqual(['1.jsonl', '2.jsonl'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('are bounded: the oldest file goes when all of them are too long, and a trace has an end', async () => {
    const big = (number: number, id: number) =>
      segment(number, { id: id.toString(16).padStart(16, '2'), metadata: { a: 'x'.repeat(60_000) } })
    for (let trace = 1; trace <= 40; trace++) {
      await put(...Array.from({ length: 9 }, (_, i) => big(trace, trace * 100 + i)))
    }
    const ids = await idsOf()
    expect(ids.at(-1)).toBe(40)
    expect(ids[0]).toBeGreaterThan(1)
    const { Traces } = await cloud.client.send(new BatchGetTracesCommand({ TraceIds: [traceId(40)] }))
    expect(Traces).toMatchObject([{ LimitExceeded: true }])
    expect(Traces?.[0]?.Segments).toHaveLength(8)
  })

  it('need the permission of their own', async () => {
    const mine = new XRayClient(await cloud.as(sessionOf(writer)))
    await mine.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [segment(1)] }))
    const failed = await failureOf(mine.send(new GetTraceSummariesCommand(range())))
    expect(failed).toMatchObject({ name: 'AccessDeniedException', status: 403 })
    expect(failed.message).toContain('xray:GetTraceSummaries')
  })
})

describe('summaries', () => {
  const http = (method: string, url: string, status: number) => ({
    http: { request: { method, url, client_ip: '10.0.0.1', user_agent: 'curl' }, response: { status } },
  })

  beforeEach(async () => {
    await put(
      segment(1, { ...http('GET', 'https://example.com/a', 200), annotations: { tier: 'gold', age: 30, paid: true } }),
      segment(2, { ...http('POST', 'https://example.com/b', 404), error: true, user: 'ann' }),
      segment(3, {
        ...http('GET', 'https://example.com/a', 503),
        fault: true,
        name: 'web',
        origin: 'AWS::EC2::Instance',
      }),
      segment(3, { id: 'd'.repeat(16), name: 'api', parent_id: '1111111111111113', throttle: true, error: true }),
    )
  })

  it('tell of a trace what its segments say', async () => {
    const [first, , third] = await find()
    expect(first).toMatchObject({
      Id: traceId(1),
      Duration: 0.1,
      ResponseTime: 0.1,
      HasFault: false,
      HasError: false,
      Http: {
        HttpURL: 'https://example.com/a',
        HttpStatus: 200,
        HttpMethod: 'GET',
        UserAgent: 'curl',
        ClientIp: '10.0.0.1',
      },
      Annotations: {
        tier: [{ AnnotationValue: { StringValue: 'gold' }, ServiceIds: [{ Name: 'api' }] }],
        age: [{ AnnotationValue: { NumberValue: 30 } }],
        paid: [{ AnnotationValue: { BooleanValue: true } }],
      },
      Revision: 1,
    })
    expect(third).toMatchObject({
      HasFault: true,
      HasThrottle: true,
      ServiceIds: [{ Name: 'web', Type: 'AWS::EC2::Instance' }, { Name: 'api' }],
      EntryPoint: { Name: 'web' },
    })
  })

  it.each([
    ['service("web")', [3]],
    ['!service("web")', [1, 2]],
    ['service("api") { error }', [2, 3]],
    ['service("api") { fault }', []],
    ['service(id(name: "web", type: "AWS::EC2::Instance"))', [3]],
    ['fault', [3]],
    ['error = true AND throttle = false', [2, 3]],
    ['http.status = 404', [2]],
    ['http.status >= 400 AND http.status < 500', [2]],
    ['http.status != 200', [2, 3]],
    ['http.url CONTAINS "/a" AND http.method = "GET"', [1, 3]],
    ['http.url ENDSWITH "/b" OR user = "ann"', [2]],
    ['annotation.tier = "gold"', [1]],
    ['annotation[age] > 29', [1]],
    ['annotation.paid = true', [1]],
    ['annotation.tier', [1]],
    ['responsetime > 0.05 AND duration < 2', [1, 2, 3]],
    ['responsetime > 0.5', []],
    ['(fault OR error) AND NOT service("web")', [2]],
    ['group.name = "Default"', [1, 2, 3]],
  ])('are found by %s', async (filter, ids) => {
    expect(await idsOf(filter)).toEqual(ids)
  })

  it.each([
    ['http.status =', 'InvalidRequestException', 'a value is missing'],
    ['responsetime > "a"', 'InvalidRequestException', "responsetime can't be compared by > with"],
    ['nothing = 1', 'InvalidRequestException', 'nothing is no keyword'],
    ['service("a"', 'InvalidRequestException', ') is missing'],
    ['fault fault', 'InvalidRequestException', 'unexpected fault'],
    ['fault ; error', 'InvalidRequestException', 'unexpected ";"'],
    ['edge("a", "b")', 'UnknownOperationException', 'the keyword edge of filter expressions is not emulated'],
  ])('are not found by %s', async (filter, name, message) => {
    const failed = await failureOf(find(filter))
    expect(failed.name).toBe(name)
    expect(failed.message).toContain(message)
  })

  it('are found by when they began, came in, or a service worked, within 24 hours', async () => {
    const hour = 3_600_000
    await put(segment(4, { start_time: Date.now() / 1000 - 7200, end_time: Date.now() / 1000 - 3600 }))
    const by = async (TimeRangeType: 'TraceId' | 'Event' | 'Service', from: number, to: number) => {
      const times = { StartTime: new Date(Date.now() + from), EndTime: new Date(Date.now() + to) }
      const answer = await cloud.client.send(new GetTraceSummariesCommand({ ...times, TimeRangeType }))
      return answer.TraceSummaries?.some(({ Id }) => Id === traceId(4))
    }
    expect(await by('TraceId', -2.5 * hour, -1.5 * hour)).toBe(true)
    expect(await by('TraceId', -1.5 * hour, hour)).toBe(false)
    expect(await by('Service', -1.5 * hour, -0.5 * hour)).toBe(true)
    expect(await by('Event', -hour / 60, hour)).toBe(true)
    const tooLong = await failureOf(by('TraceId', -25 * hour, 0))
    expect(tooLong).toMatchObject({ name: 'InvalidRequestException', status: 400 })
    expect((await failureOf(by('TraceId', 0, 0))).name).toBe('InvalidRequestException')
  })

  it('come in pages', async () => {
    await put(...Array.from({ length: 120 }, (_, i) => segment(i + 10)))
    const first = await cloud.client.send(new GetTraceSummariesCommand(range()))
    const NextToken = first.NextToken ?? ''
    const second = await cloud.client.send(new GetTraceSummariesCommand({ ...range(), NextToken }))
    expect([first.TraceSummaries?.length, second.TraceSummaries?.length]).toEqual([100, 23])
    expect(second.NextToken).toBeUndefined()
  })

  it('are a graph of who calls whom', async () => {
    const { Services = [] } = await cloud.client.send(new GetServiceGraphCommand(range()))
    const name = (id: number | undefined) => Services.find(({ ReferenceId }) => ReferenceId === id)
    const edges = Services.flatMap(({ Name, Type, Edges = [] }) =>
      Edges.map(
        edge =>
          `${Type === 'client' ? 'client' : Name} > ${name(edge.ReferenceId)?.Name} ${edge.SummaryStatistics?.TotalCount}`,
      ),
    )
    expect(edges.sort()).toEqual(['client > api 2', 'client > web 1', 'web > api 1'])
    const api = Services.find(service => service.Name === 'api' && service.Type !== 'client')
    expect(api?.SummaryStatistics).toMatchObject({
      OkCount: 1,
      TotalCount: 3,
      ErrorStatistics: { ThrottleCount: 1, OtherCount: 1, TotalCount: 2 },
    })
    expect(api?.ResponseTimeHistogram).toEqual([{ Value: 0.1, Count: 3 }])
    const of = await cloud.client.send(new GetTraceGraphCommand({ TraceIds: [traceId(3)] }))
    expect(of.Services?.map(service => [service.Name, service.Type])).toEqual([
      ['web', 'AWS::EC2::Instance'],
      ['web', 'client'],
      ['api', undefined],
    ])
    await cloud.client.send(new CreateGroupCommand({ GroupName: 'gold', FilterExpression: 'annotation.tier = "gold"' }))
    const group = await cloud.client.send(new GetServiceGraphCommand({ ...range(), GroupName: 'gold' }))
    expect(group.Services?.map(({ Name }) => Name)).toEqual(['api', 'api'])
  })
})

describe('sampling', () => {
  const rule = (RuleName: string, rest: object = {}) => ({
    RuleName,
    ResourceARN: '*',
    Priority: 10,
    FixedRate: 0.1,
    ReservoirSize: 5,
    ServiceName: 'api',
    ServiceType: '*',
    Host: '*',
    HTTPMethod: 'GET',
    URLPath: '/items/*',
    Version: 1,
    ...rest,
  })
  const create = (name: string, rest: object = {}) =>
    cloud.client.send(
      new CreateSamplingRuleCommand({ SamplingRule: rule(name, rest), Tags: [{ Key: 'a', Value: '1' }] }),
    )
  const rules = async () => (await cloud.client.send(new GetSamplingRulesCommand())).SamplingRuleRecords ?? []

  it('has rules by priority, the default one last', async () => {
    await create('items', { Attributes: { tier: 'gold' } })
    await create('first', { Priority: 1 })
    expect((await rules()).map(({ SamplingRule }) => SamplingRule?.RuleName)).toEqual(['first', 'items', 'Default'])
    const RuleARN = 'arn:aws:xray:us-east-1:123456789012:sampling-rule/items'
    const updated = await cloud.client.send(
      new UpdateSamplingRuleCommand({ SamplingRuleUpdate: { RuleARN, FixedRate: 0.5 } }),
    )
    expect(updated.SamplingRuleRecord?.SamplingRule).toEqual({
      ...rule('items'),
      RuleARN,
      FixedRate: 0.5,
      Attributes: { tier: 'gold' },
    })
    await cloud.client.send(new DeleteSamplingRuleCommand({ RuleName: 'first' }))
    expect((await rules()).map(({ SamplingRule }) => SamplingRule?.RuleName)).toEqual(['items', 'Default'])
    const wrong = [
      create('items'),
      cloud.client.send(new DeleteSamplingRuleCommand({ RuleName: 'Default' })),
      cloud.client.send(new DeleteSamplingRuleCommand({ RuleName: 'none' })),
      cloud.client.send(new UpdateSamplingRuleCommand({ SamplingRuleUpdate: { RuleName: 'Default', Host: 'a' } })),
      create('bad', { FixedRate: 2 }),
    ]
    for (const each of wrong) expect((await failureOf(each)).name).toBe('InvalidRequestException')
    await cloud.client.send(
      new UpdateSamplingRuleCommand({ SamplingRuleUpdate: { RuleName: 'Default', FixedRate: 0.2 } }),
    )
    expect((await rules()).at(-1)?.SamplingRule?.FixedRate).toBe(0.2)
  })

  it('has at most 25 rules beside the default one', async () => {
    for (let i = 0; i < 25; i++) await create(`r${i}`)
    expect((await failureOf(create('r25'))).name).toBe('RuleLimitExceededException')
  })

  it('shares the reservoir of a rule among the clients that have requests', async () => {
    await create('items')
    const report = async (client: string, RequestCount: number, RuleName = 'items') =>
      cloud.client.send(
        new GetSamplingTargetsCommand({
          SamplingStatisticsDocuments: [
            {
              RuleName,
              ClientID: client.padEnd(24, '0'),
              Timestamp: new Date(),
              RequestCount,
              SampledCount: 0,
              BorrowCount: 0,
            },
          ],
        }),
      )
    const quota = async (client: string, requests: number) =>
      (await report(client, requests)).SamplingTargetDocuments?.[0]?.ReservoirQuota
    expect(await quota('a', 10)).toBe(5)
    expect(await quota('b', 10)).toBe(2)
    expect(await quota('a', 10)).toBe(3)
    expect(await quota('c', 0)).toBe(0)
    const target = await report('a', 1)
    expect(target).toMatchObject({
      SamplingTargetDocuments: [{ FixedRate: 0.1, Interval: 10 }],
      UnprocessedStatistics: [],
    })
    expect(target.LastRuleModification).toBeInstanceOf(Date)
    expect((await report('a', 1, 'none')).UnprocessedStatistics).toMatchObject([
      { RuleName: 'none', ErrorCode: 'RuleNotFound' },
    ])
    const { SamplingStatisticSummaries } = await cloud.client.send(new GetSamplingStatisticSummariesCommand({}))
    expect(SamplingStatisticSummaries).toMatchObject([{ RuleName: 'items', RequestCount: 31 }])
  })
})

describe('groups, tags and the rest', () => {
  it('are made, changed and deleted', async () => {
    const { Group } = await cloud.client.send(
      new CreateGroupCommand({ GroupName: 'slow', FilterExpression: 'responsetime > 1' }),
    )
    expect(Group?.GroupARN).toMatch(/^arn:aws:xray:us-east-1:123456789012:group\/slow\/[0-9A-F]{32}$/)
    await cloud.client.send(new UpdateGroupCommand({ GroupName: 'slow', FilterExpression: 'responsetime > 2' }))
    const got = await cloud.client.send(new GetGroupCommand({ GroupName: 'slow' }))
    expect(got.Group?.FilterExpression).toBe('responsetime > 2')
    const list = await cloud.client.send(new GetGroupsCommand({}))
    expect(list.Groups?.map(({ GroupName }) => GroupName)).toEqual(['Default', 'slow'])
    const ResourceARN = Group?.GroupARN ?? ''
    await cloud.client.send(
      new TagResourceCommand({
        ResourceARN,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    )
    await cloud.client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }))
    const tags = await cloud.client.send(new ListTagsForResourceCommand({ ResourceARN }))
    expect(tags.Tags).toEqual([{ Key: 'b', Value: '2' }])
    await cloud.client.send(new DeleteGroupCommand({ GroupName: 'slow' }))
    expect((await failureOf(cloud.client.send(new GetGroupCommand({ GroupName: 'slow' })))).name).toBe(
      'ResourceNotFoundException',
    )
    expect((await failureOf(cloud.client.send(new ListTagsForResourceCommand({ ResourceARN })))).name).toBe(
      'ResourceNotFoundException',
    )
    const bad = cloud.client.send(new CreateGroupCommand({ GroupName: 'bad', FilterExpression: 'nonsense' }))
    expect((await failureOf(bad)).name).toBe('InvalidRequestException')
    const circle = cloud.client.send(new CreateGroupCommand({ GroupName: 'c', FilterExpression: 'group.name = "c"' }))
    expect((await failureOf(circle)).name).toBe('InvalidRequestException')
  })

  it('answer what daemons ask besides, and refuse insights by name', async () => {
    await cloud.client.send(
      new PutTelemetryRecordsCommand({
        TelemetryRecords: [{ Timestamp: new Date(), SegmentsReceivedCount: 1 }],
        Hostname: 'a',
      }),
    )
    const { EncryptionConfig } = await cloud.client.send(new GetEncryptionConfigCommand({}))
    expect(EncryptionConfig).toEqual({ Status: 'ACTIVE', Type: 'NONE' })
    const refused = await failureOf(cloud.client.send(new GetInsightSummariesCommand(range())))
    expect(refused.message).toContain(
      'POST /InsightSummaries is not emulated by the local cloud: there are no insights',
    )
  })

  it('are those of the template at each start', async () => {
    const definition = {
      resourceArn: '*',
      priority: 5,
      fixedRate: 1,
      reservoirSize: 2,
      serviceName: '*',
      serviceType: '*',
      host: '*',
      httpMethod: '*',
      urlPath: '*',
      attributes: {},
    }
    const arn = 'arn:aws:xray:us-east-1:123456789012:group/slow/ABC'
    const folder = mkdtempSync(join(tmpdir(), 'terrace-xray-'))
    const nodes = [
      testNode('samplingRule', 'Rule', { name: 'all', definition }),
      { ...testNode('traceGroup', 'Slow', { name: 'slow', arn, filter: 'responsetime > 1' }), tags: { team: 'web' } },
    ]
    try {
      const first = await startXRay(nodes, folder)
      const { SamplingRuleRecords } = await first.client.send(new GetSamplingRulesCommand({}))
      expect(SamplingRuleRecords?.map(each => each.SamplingRule?.RuleName)).toEqual(['all', 'Default'])
      expect((await first.client.send(new GetGroupCommand({ GroupARN: arn }))).Group?.FilterExpression).toBe(
        'responsetime > 1',
      )
      const { Tags } = await first.client.send(new ListTagsForResourceCommand({ ResourceARN: arn }))
      expect(Tags).toEqual([{ Key: 'team', Value: 'web' }])
      await first.stop()
      const second = await startXRay([], folder)
      expect((await second.client.send(new GetSamplingRulesCommand({}))).SamplingRuleRecords).toHaveLength(1)
      expect((await second.client.send(new GetGroupsCommand({}))).Groups).toHaveLength(1)
      await second.stop()
      const wrong = startXRay([testNode('traceGroup', 'Bad', { name: 'bad', arn, filter: 'nonsense' })])
      await expect(wrong).rejects.toMatchObject({ code: 'XRAY_GROUP' })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
