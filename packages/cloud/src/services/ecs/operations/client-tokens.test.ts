import { CreateServiceCommand, ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs'
import { hours, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { failureOf } from '../../../gateway/testing.ts'
import { Operator } from '../testing/operator.ts'
import { stage } from '../testing/stage.ts'
import { ClientTokens } from './client-tokens.ts'

const NETWORK = { awsvpcConfiguration: { subnets: ['app-a'] } }
const job = { cluster: 'main', taskDefinition: 'web', group: 'jobs', networkConfiguration: NETWORK, startedBy: 'test' }

/** ECS API Reference "Ensuring idempotency". */
it('a task that is asked for twice with one token runs once', async () => {
  await using on = await stage({ service: { desiredCount: 0 } })
  const { client } = new Operator(on)
  const run = async (clientToken: string) =>
    (await client.send(new RunTaskCommand({ ...job, clientToken }))).tasks?.map(({ taskArn }) => taskArn)
  const first = await run('one')
  expect(first).toHaveLength(1)
  expect(await run('one')).toEqual(first)
  expect(await run('two')).not.toEqual(first)
  const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'main', startedBy: 'test' }))
  expect(taskArns).toHaveLength(2)
})

it.each([
  [hours(24), 1],
  [hours(24) + 1, 2],
])('after %i ms with the same token the number of things made is %i', async (span, made) => {
  const clock = new VirtualClock()
  const tokens = new ClientTokens<number>('RunTask', clock)
  let count = 0
  const make = () => tokens.once({ clientToken: 'one' }, () => ++count)
  make()
  await clock.advance(span)
  expect(make()).toBe(made)
})

it('a token that was used for another request is a conflict, and nothing runs', async () => {
  await using on = await stage({ service: { desiredCount: 0 } })
  const { client } = new Operator(on)
  await client.send(new RunTaskCommand({ ...job, clientToken: 'one' }))
  const failure = await failureOf(client.send(new RunTaskCommand({ ...job, count: 2, clientToken: 'one' })))
  expect(failure).toMatchObject({ name: 'ConflictException', status: 400 })
  expect(failure.message).toContain('already in use with a different RunTask request')
  const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'main', startedBy: 'test' }))
  expect(taskArns).toHaveLength(1)
})

it('a service that is created twice with one token is the same service', async () => {
  await using on = await stage()
  const { client } = new Operator(on)
  const create = (clientToken: string) =>
    client.send(
      new CreateServiceCommand({
        cluster: 'main',
        serviceName: 'second',
        taskDefinition: 'web',
        desiredCount: 1,
        networkConfiguration: NETWORK,
        clientToken,
      }),
    )
  const [first, again] = [await create('one'), await create('one')]
  expect(again.service?.serviceArn).toBe(first.service?.serviceArn)
  expect(again.service?.createdAt).toEqual(first.service?.createdAt)
  expect(await failureOf(create('two'))).toMatchObject({ message: 'Creation of service was not idempotent.' })
})
