import {
  CreateServiceCommand,
  type ECSClient,
  ListServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../../gateway/testing.ts'
import { Operator } from '../testing/operator.ts'
import { type Stage, stage } from '../testing/stage.ts'

const service = { cluster: 'main', serviceName: 'second', taskDefinition: 'web', desiredCount: 1 }

const registering = (logConfiguration: { logDriver: 'awslogs' | 'splunk'; options?: Record<string, string> }) =>
  new RegisterTaskDefinitionCommand({
    family: 'jobs',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    containerDefinitions: [{ name: 'job', image: 'example.com/job:1', logConfiguration }],
  })

const LOGS = { 'awslogs-group': 'jobs', 'awslogs-stream-prefix': 'job' }

async function refused(on: Stage, call: (client: ECSClient) => Promise<unknown>): Promise<string> {
  const failure = await failureOf(call(new Operator(on).client))
  expect(failure).toMatchObject({ name: 'UnknownOperationException' })
  return failure.message
}

describe('what AWS would carry out and the local cloud does not', () => {
  it('is refused by name: launch types, strategies, controllers, ECS Exec', async () => {
    await using on = await stage()
    const create = (rest: object) =>
      refused(on, client => client.send(new CreateServiceCommand({ ...service, ...rest })))
    expect(await create({ launchType: 'EC2' })).toContain('any other launch type than FARGATE')
    expect(await create({ schedulingStrategy: 'DAEMON' })).toContain('the scheduling strategy DAEMON')
    expect(await create({ deploymentController: { type: 'CODE_DEPLOY' } })).toContain('deployment controller')
    expect(await create({ deploymentConfiguration: { strategy: 'BLUE_GREEN' } })).toContain('than ROLLING')
    expect(await create({ enableExecuteCommand: true })).toContain('ECS Exec')
    expect(await create({ volumeConfigurations: [{ name: 'data' }] })).toContain('the member volumeConfigurations')
  })

  it('is refused by name: other log drivers, options and regions of the log', async () => {
    await using on = await stage()
    const register = (...given: Parameters<typeof registering>) =>
      refused(on, client => client.send(registering(...given)))
    expect(await register({ logDriver: 'splunk' })).toContain('any other log driver than awslogs')
    const pattern = { ...LOGS, 'awslogs-multiline-pattern': '^INFO' }
    expect(await register({ logDriver: 'awslogs', options: pattern })).toContain('awslogs-multiline-pattern')
    const elsewhere = { ...LOGS, 'awslogs-region': 'eu-west-1' }
    expect(await register({ logDriver: 'awslogs', options: elsewhere })).toContain('awslogs-region eu-west-1')
    const here = { ...LOGS, 'awslogs-region': 'us-east-1', mode: 'non-blocking' }
    await new Operator(on).client.send(registering({ logDriver: 'awslogs', options: here }))
  })

  it('is not listed: nothing runs on EC2, and nothing is a daemon', async () => {
    await using on = await stage()
    const { client } = new Operator(on)
    const servicesOf = async (rest: object) =>
      (await client.send(new ListServicesCommand({ cluster: 'main', ...rest }))).serviceArns
    expect(await servicesOf({ launchType: 'FARGATE' })).toHaveLength(1)
    expect(await servicesOf({ launchType: 'EC2' })).toEqual([])
    expect(await servicesOf({ schedulingStrategy: 'DAEMON' })).toEqual([])
    const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'main', launchType: 'EC2' }))
    expect(taskArns).toEqual([])
  })

  it("an input that breaks a constraint has ECS's own code", async () => {
    await using on = await stage()
    const { client } = new Operator(on)
    const failure = await failureOf(
      client.send(new RunTaskCommand({ cluster: 'main', taskDefinition: 'web', count: 11 })),
    )
    expect(failure).toMatchObject({
      name: 'InvalidParameterException',
      message:
        "1 validation error detected: Value '11' at 'count' failed to satisfy constraint: Member must have value less than or equal to 10",
    })
  })
})
