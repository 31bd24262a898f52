import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  type LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { sqs } from '../sqs/index.ts'
import { functionOf, ROLE, startLambdaCloud, zipOf } from './testing.ts'

const ONE = 'export const handler = async () => 1'
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:orders'

const make = (client: LambdaClient, rest: object = {}) =>
  client.send(new CreateFunctionCommand(functionOf('f', ONE, rest)))

describe('the operations of Lambda', () => {
  it('make, describe, change, list and delete functions', async () => {
    await using on = await startLambdaCloud()
    const { client } = on
    const made = await make(client, {
      Description: 'one',
      Timeout: 5,
      MemorySize: 256,
      Tags: { team: 'a' },
      TracingConfig: { Mode: 'Active' },
      EphemeralStorage: { Size: 1024 },
      Architectures: ['arm64'],
      KMSKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/a',
    })
    expect(made).toMatchObject({
      FunctionArn: ARN,
      Version: '$LATEST',
      State: 'Active',
      Timeout: 5,
      MemorySize: 256,
      Role: ROLE,
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      EphemeralStorage: { Size: 1024 },
    })
    expect(made.LastModified).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+0000$/)
    const found = await client.send(new GetFunctionCommand({ FunctionName: ARN }))
    expect(found).toMatchObject({ Configuration: { CodeSha256: made.CodeSha256 }, Tags: { team: 'a' } })
    const changed = await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'f',
        Timeout: 9,
        RevisionId: made.RevisionId,
        DeadLetterConfig: { TargetArn: QUEUE },
      }),
    )
    expect(changed).toMatchObject({ Timeout: 9, MemorySize: 256, DeadLetterConfig: { TargetArn: QUEUE } })
    expect(
      await failureOf(
        client.send(
          new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: zipOf(ONE), RevisionId: made.RevisionId }),
        ),
      ),
    ).toMatchObject({ name: 'PreconditionFailedException', status: 412 })
    const dry = await client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: zipOf('other'), DryRun: true }),
    )
    expect(dry.CodeSha256).not.toBe(made.CodeSha256)
    const config = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }))
    expect(config.CodeSha256).toBe(made.CodeSha256)
    const code = await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'f',
        ZipFile: zipOf('other'),
        Publish: true,
        Architectures: ['x86_64'],
      }),
    )
    expect(code).toMatchObject({ Version: '1', FunctionArn: `${ARN}:1`, Architectures: ['x86_64'] })
    await client.send(new CreateFunctionCommand(functionOf('g', ONE, { Publish: true })))
    const page = await client.send(new ListFunctionsCommand({ MaxItems: 1 }))
    const rest = await client.send(new ListFunctionsCommand({ Marker: page.NextMarker }))
    expect([...(page.Functions ?? []), ...(rest.Functions ?? [])].map(each => each.FunctionName)).toEqual(['f', 'g'])
    const all = await client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }))
    expect(all.Functions?.map(each => each.Version)).toEqual(['$LATEST', '1', '$LATEST', '1'])
    await client.send(new DeleteFunctionCommand({ FunctionName: 'g' }))
    const { AccountLimit, AccountUsage } = await client.send(new GetAccountSettingsCommand({}))
    expect([AccountLimit?.ConcurrentExecutions, AccountUsage?.FunctionCount]).toEqual([1000, 1])
  })

  it('publish versions, and point aliases to them by weights', async () => {
    await using on = await startLambdaCloud()
    const { client } = on
    const { RevisionId } = await make(client)
    expect(
      (await client.send(new PublishVersionCommand({ FunctionName: 'f', Description: 'first', RevisionId }))).Version,
    ).toBe('1')
    // Nothing has changed but the description, which it takes along.
    expect((await client.send(new PublishVersionCommand({ FunctionName: 'f', Description: 'first' }))).Version).toBe(
      '1',
    )
    const { CodeSha256 } = await client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: zipOf('export const handler = async () => 2') }),
    )
    expect((await client.send(new PublishVersionCommand({ FunctionName: 'f', CodeSha256 }))).Version).toBe('2')
    expect(
      (await client.send(new ListVersionsByFunctionCommand({ FunctionName: 'f' }))).Versions?.map(each => each.Version),
    ).toEqual(['$LATEST', '1', '2'])
    const alias = await client.send(
      new CreateAliasCommand({
        FunctionName: 'f',
        Name: 'live',
        FunctionVersion: '1',
        Description: 'x',
        RoutingConfig: { AdditionalVersionWeights: { '2': 0.5 } },
      }),
    )
    expect(alias).toMatchObject({
      AliasArn: `${ARN}:live`,
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.5 } },
    })
    const versions = new Set<string | undefined>()
    for (let i = 0; i < 12; i++)
      versions.add((await client.send(new InvokeCommand({ FunctionName: 'f:live' }))).ExecutedVersion)
    expect([...versions].sort()).toEqual(['1', '2'])
    await client.send(
      new UpdateAliasCommand({
        FunctionName: 'f',
        Name: 'live',
        FunctionVersion: '2',
        RoutingConfig: { AdditionalVersionWeights: {} },
        RevisionId: alias.RevisionId,
      }),
    )
    expect(await client.send(new GetAliasCommand({ FunctionName: 'f', Name: 'live' }))).toMatchObject({
      FunctionVersion: '2',
      Description: 'x',
    })
    expect(
      (await client.send(new ListAliasesCommand({ FunctionName: 'f', FunctionVersion: '2' }))).Aliases,
    ).toHaveLength(1)
    expect(
      await failureOf(client.send(new DeleteFunctionCommand({ FunctionName: 'f', Qualifier: '2' }))),
    ).toMatchObject({ name: 'ResourceConflictException', status: 409 })
    await client.send(new DeleteAliasCommand({ FunctionName: 'f', Name: 'live' }))
    await client.send(new DeleteFunctionCommand({ FunctionName: 'f', Qualifier: '2' }))
    expect((await client.send(new ListAliasesCommand({ FunctionName: 'f' }))).Aliases).toEqual([])
  })

  it('keep policies, reservations, settings of asynchronous events, and tags', async () => {
    await using on = await startLambdaCloud()
    const { client } = on
    await make(client)
    const statement = {
      FunctionName: 'f',
      StatementId: 'rule',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: 'arn:aws:events:us-east-1:123456789012:rule/r',
      SourceAccount: '123456789012',
    }
    const { Statement = '' } = await client.send(new AddPermissionCommand(statement))
    expect(JSON.parse(Statement)).toEqual({
      Sid: 'rule',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: ARN,
      Condition: {
        StringEquals: { 'AWS:SourceAccount': '123456789012' },
        ArnLike: { 'AWS:SourceArn': statement.SourceArn },
      },
    })
    expect(await failureOf(client.send(new AddPermissionCommand(statement)))).toMatchObject({
      name: 'ResourceConflictException',
    })
    await client.send(
      new AddPermissionCommand({
        ...statement,
        StatementId: 'all',
        Principal: '*',
        SourceArn: undefined,
        SourceAccount: undefined,
        PrincipalOrgID: 'o-a1b2c3d4e5',
      }),
    )
    const { Policy = '' } = await client.send(new GetPolicyCommand({ FunctionName: 'f' }))
    expect(JSON.parse(Policy).Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['rule', 'all'])
    for (const StatementId of ['rule', 'all'])
      await client.send(new RemovePermissionCommand({ FunctionName: 'f', StatementId }))
    expect(await failureOf(client.send(new GetPolicyCommand({ FunctionName: 'f' })))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    })

    await client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 5 }))
    expect(await client.send(new GetFunctionConcurrencyCommand({ FunctionName: 'f' }))).toMatchObject({
      ReservedConcurrentExecutions: 5,
    })
    expect(
      await failureOf(
        client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 901 })),
      ),
    ).toMatchObject({ name: 'InvalidParameterValueException' })
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'f' }))
    expect(
      (await client.send(new GetFunctionConcurrencyCommand({ FunctionName: 'f' }))).ReservedConcurrentExecutions,
    ).toBeUndefined()

    const config = {
      FunctionName: 'f',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: QUEUE }, OnSuccess: { Destination: QUEUE } },
    }
    expect(await client.send(new PutFunctionEventInvokeConfigCommand(config))).toMatchObject({
      FunctionArn: `${ARN}:$LATEST`,
      MaximumRetryAttempts: 1,
    })
    await client.send(new UpdateFunctionEventInvokeConfigCommand({ FunctionName: 'f', MaximumEventAgeInSeconds: 60 }))
    expect(await client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'f' }))).toMatchObject({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: config.DestinationConfig,
    })
    expect(
      (await client.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName: 'f' }))).FunctionEventInvokeConfigs,
    ).toHaveLength(1)
    await client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName: 'f' }))
    expect(await failureOf(client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'f' })))).toMatchObject({
      name: 'ResourceNotFoundException',
    })

    await client.send(new TagResourceCommand({ Resource: ARN, Tags: { a: '1', b: '2' } }))
    await client.send(new UntagResourceCommand({ Resource: ARN, TagKeys: ['a'] }))
    expect((await client.send(new ListTagsCommand({ Resource: ARN }))).Tags).toEqual({ b: '2' })
  })

  it('make, change and delete event source mappings', async () => {
    await using on = await startLambdaCloud({ services: [sqs] })
    const { client } = on
    await make(client)
    const source = { FunctionName: 'f', EventSourceArn: QUEUE, Enabled: false }
    const { UUID, State } = await client.send(
      new CreateEventSourceMappingCommand({
        ...source,
        BatchSize: 5,
        Tags: { a: 'b' },
        FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["order"]}}' }] },
      }),
    )
    expect(State).toBe('Creating')
    await client.send(
      new UpdateEventSourceMappingCommand({
        UUID,
        MaximumBatchingWindowInSeconds: 1,
        BatchSize: 20,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      }),
    )
    expect(await client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
      FunctionArn: ARN,
      EventSourceArn: QUEUE,
      BatchSize: 20,
      MaximumBatchingWindowInSeconds: 1,
      State: 'Disabled',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
      FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["order"]}}' }] },
    })
    const listed = await client.send(new ListEventSourceMappingsCommand({ FunctionName: 'f', EventSourceArn: QUEUE }))
    expect(listed.EventSourceMappings?.map(each => each.UUID)).toEqual([UUID])
    expect(await failureOf(client.send(new CreateEventSourceMappingCommand(source)))).toMatchObject({
      name: 'ResourceConflictException',
    })
    expect(
      await failureOf(
        client.send(
          new UpdateEventSourceMappingCommand({ UUID, FilterCriteria: { Filters: [{ Pattern: '{"body":1}' }] } }),
        ),
      ),
    ).toMatchObject({ name: 'InvalidParameterValueException' })
    await client.send(new DeleteEventSourceMappingCommand({ UUID }))
    expect(await failureOf(client.send(new GetEventSourceMappingCommand({ UUID })))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    })
  })

  it('keep what they made until the state is forgotten', async () => {
    const state = mkdtempSync(join(tmpdir(), 'terrace-lambda-'))
    try {
      const first = await startLambdaCloud({ state })
      await make(first.client)
      await first.stop()
      await using second = await startLambdaCloud({ state })
      const answer = await second.client.send(new InvokeCommand({ FunctionName: 'f' }))
      expect(Buffer.from(answer.Payload ?? []).toString()).toBe('1')
    } finally {
      rmSync(state, { recursive: true })
    }
  })
})

describe('a refused call', () => {
  const invoke = (input: object) => new InvokeCommand({ FunctionName: 'f', ...input })
  it.each([
    ['of a function that is not there', invoke({ FunctionName: 'none' }), 'ResourceNotFoundException', 404],
    ['of a version that is not there', invoke({ Qualifier: '7' }), 'ResourceNotFoundException', 404],
    ['with two qualifiers', invoke({ FunctionName: 'f:1', Qualifier: '2' }), 'InvalidParameterValueException', 400],
    ['with a payload that is not JSON', invoke({ Payload: Buffer.from('{') }), 'InvalidRequestContentException', 400],
    [
      'with too large a payload',
      invoke({ Payload: Buffer.from(JSON.stringify('a'.repeat(6 * 1024 * 1024))) }),
      'RequestTooLargeException',
      413,
    ],
    [
      'with too large an event',
      invoke({ InvocationType: 'Event', Payload: Buffer.from(JSON.stringify('a'.repeat(1024 * 1024))) }),
      'RequestTooLargeException',
      413,
    ],
    ['of a name that is taken', new CreateFunctionCommand(functionOf('f', ONE)), 'ResourceConflictException', 409],
    [
      'with a role that is not there',
      new CreateFunctionCommand(functionOf('g', ONE, { Role: 'arn:aws:iam::123456789012:role/none' })),
      'InvalidParameterValueException',
      400,
    ],
    [
      'with a reserved variable',
      new CreateFunctionCommand(functionOf('g', ONE, { Environment: { Variables: { AWS_REGION: 'a' } } })),
      'InvalidParameterValueException',
      400,
    ],
    [
      'with what is no zip',
      new CreateFunctionCommand(functionOf('g', ONE, { Code: { ZipFile: Buffer.from('no zip') } })),
      'InvalidParameterValueException',
      400,
    ],
    [
      'with a zip that leaves its folder',
      new CreateFunctionCommand(functionOf('g', ONE, { Code: { ZipFile: zipOf(ONE, '../index.mjs') } })),
      'InvalidParameterValueException',
      400,
    ],
    [
      'with a subnet that is not there',
      new CreateFunctionCommand(
        functionOf('g', ONE, { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } }),
      ),
      'InvalidParameterValueException',
      400,
    ],
    [
      'with a time-out of an hour',
      new CreateFunctionCommand(functionOf('g', ONE, { Timeout: 3600 })),
      'InvalidParameterValueException',
      400,
    ],
    [
      'with another runtime',
      new CreateFunctionCommand(functionOf('g', ONE, { Runtime: 'python3.13' })),
      'UnknownOperationException',
      400,
    ],
    [
      'with layers',
      new CreateFunctionCommand(functionOf('g', ONE, { Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:a:1'] })),
      'UnknownOperationException',
      400,
    ],
  ])('is one %s', async (_, command, name, status) => {
    await using on = await startLambdaCloud()
    await make(on.client)
    // The commands have nothing in common but that they are sent.
    expect(await failureOf(on.client.send(command as InvokeCommand))).toMatchObject({ name, status })
  })

  it('is one too many at once, with the reason', async () => {
    await using on = await startLambdaCloud()
    const { client } = on
    await client.send(
      new CreateFunctionCommand(
        functionOf('f', 'export const handler = () => new Promise(done => setTimeout(done, 1000))'),
      ),
    )
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 1 }))
    const first = client.send(invoke({}))
    const both = await Promise.allSettled([first, client.send(invoke({}))])
    const refused = both.find(each => each.status === 'rejected')
    expect(refused?.reason).toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      message: 'Rate Exceeded.',
    })
  })

  it('does not run the function when it is dry', async () => {
    await using on = await startLambdaCloud()
    await make(on.client)
    expect(await on.client.send(invoke({ InvocationType: 'DryRun' }))).toMatchObject({ StatusCode: 204 })
    expect(on.world.supervisor.processes).toHaveLength(0)
  })
})
