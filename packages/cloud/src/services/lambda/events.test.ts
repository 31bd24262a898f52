import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda'
import { CreateSecretCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { hours, minutes, seconds, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../deliveries.ts'
import { clientOptions } from '../../gateway/testing.ts'
import type { JournalEntry } from '../../journal.ts'
import { kms } from '../kms/index.ts'
import { secretsmanager } from '../secretsmanager/index.ts'
import { sqs } from '../sqs/index.ts'
import { functionOf, functionRole, startLambdaCloud } from './testing.ts'

const START = Date.UTC(2026, 10, 22, 9, 30)
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:after'
const BUS = 'arn:aws:events:us-east-1:123456789012:event-bus/default'
const FAILING = 'export const handler = async event => { throw new Error(`no ${event.n}`) }'

const allowed = functionRole({ Effect: 'Allow', Action: ['sqs:SendMessage', 'events:PutEvents'], Resource: '*' })

async function start(text: string, rest: object = {}, role = allowed) {
  const clock = new VirtualClock(START)
  const cloud = await startLambdaCloud({ clock, nodes: [role], services: [kms, secretsmanager, sqs] })
  const queues = new SQSClient(clientOptions(cloud.gateway.url))
  const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: 'after' }))
  await cloud.client.send(new CreateFunctionCommand(functionOf('f', text, rest)))
  const { journal } = cloud.world
  return {
    ...cloud,
    clock,
    /** The next entry of that kind from now on. */
    next: (kind: string): Promise<JournalEntry> => journal.next(entry => entry.kind === kind),
    send: (event: object) =>
      cloud.client.send(
        new InvokeCommand({ FunctionName: 'f', InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) }),
      ),
    configure: (config: object) =>
      cloud.client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'f', ...config })),
    received: async () => {
      const { Messages = [] } = await queues.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MessageAttributeNames: ['All'] }),
      )
      return Messages[0]
    },
  }
}

describe('an event that nobody waits for', () => {
  it('goes on after a stop of the cloud where it was: what waits, and what is under way', async () => {
    const state = mkdtempSync(join(tmpdir(), 'terrace-lambda-'))
    const clock = new VirtualClock(START)
    const payload = (n: number) => Buffer.from(JSON.stringify({ n }))
    const open = () => startLambdaCloud({ clock, state, nodes: [allowed] })
    try {
      {
        await using cloud = await open()
        const hangs =
          'export const handler = async () => { console.log("begun"); await new Promise(() => setTimeout(() => {}, 1e6)) }'
        await cloud.client.send(new CreateFunctionCommand(functionOf('f', FAILING)))
        await cloud.client.send(new CreateFunctionCommand(functionOf('g', hangs, { Timeout: 900 })))
        const waits = cloud.world.journal.next(({ kind }) => kind === 'lambda.retry')
        const event = { InvocationType: 'Event' as const }
        await cloud.client.send(new InvokeCommand({ FunctionName: 'f', ...event, Payload: payload(1) }))
        await waits
        await cloud.client.send(new InvokeCommand({ FunctionName: 'g', ...event, Payload: payload(2) }))
        await clock.advance(seconds(20))
      }
      expect(JSON.parse(readFileSync(join(state, 'data', 'lambda', 'events.json'), 'utf8'))).toMatchObject([
        { event: { to: { name: 'f' }, payload: '{"n":1}' }, count: 2, due: START + minutes(1) },
        { event: { to: { name: 'g' }, payload: '{"n":2}' }, count: 1 },
      ])
      await using cloud = await open()
      const failed: string[] = []
      cloud.world.journal.subscribe(({ kind, message }) => kind === 'lambda.failed' && failed.push(message))
      const next = (wanted: string) => cloud.world.journal.next(({ kind }) => kind === wanted)
      const waits = next('lambda.retry')
      await clock.advance(seconds(39))
      expect(failed).toEqual([])
      await clock.advance(seconds(1))
      await waits
      const given = next('lambda.eventDropped')
      await clock.advance(minutes(2))
      const dropped = await given
      expect([failed.length, dropped.message]).toEqual([2, expect.stringContaining('after 3 tries: RetriesExhausted')])
    } finally {
      rmSync(state, { recursive: true, force: true })
    }
  })

  // Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
  it('is tried again after one and two minutes, and then told to the destination', async () => {
    await using on = await start(FAILING)
    await on.configure({ DestinationConfig: { OnFailure: { Destination: QUEUE } } })
    const tries: number[] = []
    on.world.journal.subscribe(({ kind, at }) => kind === 'lambda.failed' && tries.push(at - START))
    const waits = on.next('lambda.retry')
    expect(await on.send({ n: 1 })).toMatchObject({ StatusCode: 202 })
    await waits
    for (const wait of [1, 2]) {
      const ended = on.next(wait === 1 ? 'lambda.retry' : 'lambda.eventDropped')
      await on.clock.advance(minutes(wait) - 1)
      expect(tries).toHaveLength(wait)
      await on.clock.advance(1)
      await ended
    }
    expect(tries).toEqual([0, minutes(1), minutes(3)])
    const message = await on.received()
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      version: '1.0',
      timestamp: '2026-11-22T09:33:00.000Z',
      requestContext: { functionArn: `${ARN}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'no 1' },
    })
    const errors = on.world.metrics.query({
      namespace: 'AWS/Lambda',
      name: 'Errors',
      dimensions: { FunctionName: 'f' },
      statistic: 'Sum',
      period: hours(1),
      from: START - hours(1),
      to: START + hours(1),
    })
    expect(errors.reduce((sum, { value }) => sum + value, 0)).toBe(3)
  })

  it('goes to the dead-letter queue with what was wrong', async () => {
    await using on = await start(FAILING, { DeadLetterConfig: { TargetArn: QUEUE } })
    await on.configure({ MaximumRetryAttempts: 0 })
    await on.send({ n: 2 })
    expect(await on.received()).toMatchObject({
      Body: '{"n":2}',
      MessageAttributes: {
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ErrorMessage: { StringValue: 'no 2' },
        RequestID: { StringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      },
    })
  })

  it('is told to the event bus when it was handled', async () => {
    await using on = await start('export const handler = async () => "fine"')
    await on.configure({ DestinationConfig: { OnSuccess: { Destination: BUS } } })
    const { promise, resolve } = Promise.withResolvers<Delivery>()
    on.world.deliveries.register('events', delivery => {
      if (delivery.body.includes('"lambda"')) resolve(delivery)
    })
    await on.send({})
    const { from, body } = await promise
    expect(from).toMatchObject({ kind: 'role', sessionArn: 'arn:aws:sts::123456789012:assumed-role/worker/f' })
    expect(JSON.parse(body)).toMatchObject({
      source: 'lambda',
      'detail-type': 'Lambda Function Invocation Result - Success',
      detail: { requestContext: { condition: 'Success' }, responsePayload: 'fine' },
    })
  })

  it('is not told when the role may not, which the journal says', async () => {
    await using on = await start('export const handler = async () => 1', {}, functionRole())
    await on.configure({ DestinationConfig: { OnSuccess: { Destination: QUEUE } } })
    const lost = on.next('lambda.notDelivered')
    await on.send({})
    expect((await lost).message).toMatch(/could not be sent to .*:after: .*sqs:SendMessage/)
  })

  it('is given up at once when the function may not run at all, and waits longer and longer for a throttled one', async () => {
    await using on = await start('export const handler = async () => 1')
    await on.configure({ MaximumEventAgeInSeconds: 60 })
    await on.client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 0 }))
    const dropped = on.next('lambda.eventDropped')
    await on.send({})
    expect((await dropped).details).toMatchObject({ condition: 'EventAgeExceeded' })
  })
})

describe('a delivery of another service', () => {
  const TOPIC = 'arn:aws:sns:us-east-1:123456789012:news'
  const from = { kind: 'service', service: 'sns.amazonaws.com', sourceArn: TOPIC } as const

  it('needs a permission in the policy of the function, for that source', async () => {
    await using on = await start('export const handler = async event => { throw new Error(event.said) }')
    const failed = on.next('delivery.failed')
    expect(await on.world.deliveries.deliver({ to: ARN, from, body: '{"said":"hello"}' })).toBe(false)
    expect((await failed).message).toContain(
      `the policy of the function f does not let sns.amazonaws.com invoke it for ${TOPIC} (lambda:InvokeFunction)`,
    )
    await on.client.send(
      new AddPermissionCommand({
        FunctionName: 'f',
        StatementId: 'news',
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: TOPIC,
      }),
    )
    const ran = on.next('lambda.failed')
    expect(await on.world.deliveries.deliver({ to: ARN, from, body: '{"said":"hello"}' })).toBe(true)
    expect((await ran).message).toContain('hello')
    const other = { ...from, sourceArn: `${TOPIC}-other` }
    expect(await on.world.deliveries.deliver({ to: ARN, from: other, body: '{}' })).toBe(false)
  })

  it('that waits for an answer gets it, or the error', async () => {
    await using on = await start(
      'export const handler = async event => { if (event.bad) throw new Error("bad"); return { ok: 1 } }',
    )
    const functions = await on.world.ports.need('functions')
    const administrator = { kind: 'administrator', arn: 'arn:aws:iam::123456789012:user/administrator' } as const
    expect(await functions.invoke({ arn: ARN, payload: '{}', from: administrator })).toEqual({ payload: '{"ok":1}' })
    expect(await functions.invoke({ arn: ARN, payload: '{"bad":true}', from: administrator })).toMatchObject({
      error: { errorMessage: 'bad' },
    })
    await expect(functions.invoke({ arn: ARN, payload: '{}', from })).rejects.toThrow('does not let sns.amazonaws.com')
  })

  it('of a rotation runs the four steps one after the other, and a step that fails ends it', async () => {
    await using on = await start(
      'export const handler = async event => { if (event.Step === "testSecret") throw new Error("the new password does not work") }',
    )
    const principal = 'secretsmanager.amazonaws.com'
    await on.client.send(
      new AddPermissionCommand({
        FunctionName: 'f',
        StatementId: 'rotation',
        Action: 'lambda:InvokeFunction',
        Principal: principal,
      }),
    )
    const secrets = new SecretsManagerClient(clientOptions(on.gateway.url))
    await secrets.send(new CreateSecretCommand({ Name: 'key', SecretString: 'first' }))
    const ended = on.next('secretsmanager.rotationFailed')
    const failed = on.next('lambda.failed')
    await secrets.send(new RotateSecretCommand({ SecretId: 'key', RotationLambdaARN: ARN }))
    expect((await failed).message).toContain('the new password does not work')
    expect((await ended).message).toContain('its function failed in the step testSecret')
    await on.clock.advance(seconds(1))
  })
})
