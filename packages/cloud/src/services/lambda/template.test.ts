import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetAliasCommand, GetFunctionConcurrencyCommand, GetPolicyCommand, InvokeCommand } from '@aws-sdk/client-lambda'
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { seconds } from '@terrace/kit'
import type { LambdaFunction } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { sqs } from '../sqs/index.ts'
import { functionRole, ROLE, startLambdaCloud } from './testing.ts'

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:orders'

describe('a function of the template', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'terrace-asset-'))
    writeFileSync(
      join(folder, 'index.js'),
      'exports.handler = async event => (console.log("saw", JSON.stringify(event)), process.cwd())',
    )
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  const node = (rest: Partial<LambdaFunction> = {}): LambdaFunction => ({
    ...testNode('function', 'f', {
      name: 'f',
      arn: ARN,
      description: '',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      code: { kind: 'path', path: folder },
      role: ROLE,
      timeout: seconds(3),
      memoryMiB: 128,
      architecture: 'x86_64',
      environment: {},
      logging: { format: 'Text' },
      versions: [{ description: 'first' }],
      aliases: [{ name: 'live', description: '', version: '1', weights: {} }],
      permissions: [
        { statementId: 'news', qualifier: 'live', action: 'lambda:InvokeFunction', principal: 'sns.amazonaws.com' },
      ],
      eventInvokeConfigs: [],
      reservedConcurrency: 3,
    }),
    ...rest,
  })

  it('runs from the directory of the assembly, with its version, alias, policy and reservation', async () => {
    await using on = await startLambdaCloud({ nodes: [functionRole(), node()] })
    const { client } = on
    const { Payload = [] } = await client.send(new InvokeCommand({ FunctionName: 'f:live' }))
    expect(JSON.parse(Buffer.from(Payload).toString())).toBe(folder)
    expect((await client.send(new GetAliasCommand({ FunctionName: 'f', Name: 'live' }))).FunctionVersion).toBe('1')
    expect(
      (await client.send(new GetFunctionConcurrencyCommand({ FunctionName: 'f' }))).ReservedConcurrentExecutions,
    ).toBe(3)
    const { Policy = '' } = await client.send(new GetPolicyCommand({ FunctionName: 'f', Qualifier: 'live' }))
    expect(JSON.parse(Policy).Statement[0]).toMatchObject({ Sid: 'news', Resource: `${ARN}:live` })
  })

  it('starts no process before its first event', async () => {
    await using on = await startLambdaCloud({ nodes: [functionRole(), node()] })
    expect(on.world.supervisor.processes).toHaveLength(0)
    await on.client.send(new InvokeCommand({ FunctionName: 'f' }))
    expect(on.world.supervisor.processes).toHaveLength(1)
  })

  it('gets the messages of its queue', async () => {
    const mapping = testNode('eventSourceMapping', 'Mapping', {
      physicalId: '0e4b1f0a-0000-4000-8000-000000000000',
      functionName: ARN,
      sourceArn: QUEUE,
      enabled: true,
      batchSize: 10,
      batchingWindow: 0,
      filters: [],
      reportsBatchItemFailures: false,
    })
    const role = functionRole({ Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: QUEUE })
    const queue = testNode('queue', 'Orders', {
      name: 'orders',
      arn: QUEUE,
      url: 'https://sqs.us-east-1.amazonaws.com/123456789012/orders',
      delay: 0,
      maximumMessageBytes: 1024,
      retention: seconds(60),
      receiveWait: 0,
      visibilityTimeout: seconds(30),
    })
    await using on = await startLambdaCloud({ nodes: [role, queue, node(), mapping], services: [sqs] })
    const seen = Promise.withResolvers<string>()
    on.world.logs.subscribe(({ line }) => {
      if (line.includes('saw')) seen.resolve(line)
    })
    const queues = new SQSClient(clientOptions(on.gateway.url))
    const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: 'orders' }))
    await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: 'an order' }))
    expect(await seen.promise).toContain('"body":"an order"')
  })
})
