import { DescribeTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs'
import { seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { LaunchFailure, type LaunchNeed, type LaunchProblem } from '../../../workload/launch-failure.ts'
import { Operator } from '../testing/operator.ts'
import { stage, taskRole, testContainer, testDefinition } from '../testing/stage.ts'
import { reasonOf } from './reasons.ts'

/** The states that the events of one task tell, each once. */
function statesOf(deliveries: readonly { readonly body: string }[], task?: string): readonly string[] {
  const states = deliveries
    .map(({ body }) => JSON.parse(body))
    .filter(event => event['detail-type'] === 'ECS Task State Change')
    .filter(({ detail }) => task === undefined || detail.taskArn === task)
    .map(({ detail }) => `${detail.lastStatus}/${detail.desiredStatus}`)
  return states.filter((state, index) => state !== states[index - 1])
}

/** Reference section 3.1; ECS Developer Guide, "Amazon ECS task lifecycle". */
describe('the life of a task', () => {
  it('goes through the documented states, and its events tell them', async () => {
    await using on = await stage({ service: { desiredCount: 1 } })
    const operator = new Operator(on)
    const [task] = await operator.tasks()
    await operator.client.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn, reason: 'enough' }))
    await on.clock.advance(seconds(31))
    expect(statesOf(on.deliveries, task?.taskArn)).toEqual([
      'PROVISIONING/RUNNING',
      'PENDING/RUNNING',
      'ACTIVATING/RUNNING',
      'RUNNING/RUNNING',
      'DEACTIVATING/STOPPED',
      'STOPPING/STOPPED',
      'DEPROVISIONING/STOPPED',
      'STOPPED/STOPPED',
    ])
    const { tasks } = await operator.client.send(
      new DescribeTasksCommand({ cluster: 'main', tasks: [task?.taskArn ?? ''] }),
    )
    expect(tasks?.[0]).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      containers: [{ name: 'web', lastStatus: 'STOPPED', exitCode: 0 }],
    })
  })

  it('sends the stop signal only when the target is unused: after the whole deregistration delay', async () => {
    await using on = await stage({ service: { desiredCount: 1 } })
    const operator = new Operator(on)
    const [task] = await operator.tasks()
    await operator.client.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn }))
    await on.clock.advance(seconds(29))
    expect(on.hosts.log.filter(line => line.startsWith('stop'))).toEqual([])
    await on.clock.advance(seconds(2))
    expect(on.hosts.log.filter(line => line.startsWith('stop'))).toEqual(['stop web'])
  })

  it('ends with its essential container, and says with which code', async () => {
    await using on = await stage({ service: { desiredCount: 1 } })
    const operator = new Operator(on)
    on.hosts.running[0]?.end({ code: null, signal: 'SIGKILL' })
    await on.clock.advance(seconds(1))
    const [stopped] = await operator.tasks('STOPPED')
    expect(stopped).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 137 }],
    })
  })

  it('goes on when a container that is not essential ends', async () => {
    const definition = testDefinition('web', [testContainer(), testContainer({ name: 'helper', essential: false })])
    await using on = await stage({ definition, service: { desiredCount: 1 } })
    on.hosts.running.find(({ name }) => name === 'helper')?.end({ code: 1, signal: null })
    await on.clock.advance(seconds(1))
    const [task] = await new Operator(on).tasks()
    expect(task?.containers?.map(({ name, lastStatus }) => [name, lastStatus])).toEqual([
      ['web', 'RUNNING'],
      ['helper', 'STOPPED'],
    ])
  })

  it('starts containers in the order of their dependencies and stops them the other way round', async () => {
    const definition = testDefinition('web', [
      testContainer({
        dependsOn: [
          { container: 'migrate', condition: 'SUCCESS' },
          { container: 'cache', condition: 'START' },
        ],
      }),
      testContainer({ name: 'migrate', essential: false }),
      testContainer({ name: 'cache' }),
    ])
    await using on = await stage({ definition, service: { desiredCount: 1 } })
    expect(on.hosts.log).toEqual(['start migrate', 'start cache'])
    const operator = new Operator(on)
    expect(await operator.lines()).toEqual(['web:1 ACTIVATING us-east-1a'])
    on.hosts.running.find(({ name }) => name === 'migrate')?.end({ code: 0, signal: null })
    await on.clock.advance(0)
    expect(on.hosts.log).toEqual(['start migrate', 'start cache', 'start web'])
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a'])
    const [task] = await operator.tasks()
    await operator.client.send(new StopTaskCommand({ cluster: 'main', task: task?.taskArn }))
    await on.clock.advance(seconds(31))
    expect(on.hosts.log.filter(line => line.startsWith('stop'))).toEqual(['stop web', 'stop cache'])
  })

  it('fails when what it depends on does not succeed', async () => {
    const definition = testDefinition('web', [
      testContainer({ dependsOn: [{ container: 'migrate', condition: 'SUCCESS' }] }),
      testContainer({ name: 'migrate', essential: false }),
    ])
    await using on = await stage({ definition, service: { desiredCount: 1 } }, ({ hosts }) => {
      hosts.behave = ({ name }) => (name === 'migrate' ? { exits: 1 } : 'runs')
    })
    const [task] = await new Operator(on).tasks('STOPPED')
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining(
        'failed to resolve container ordering dependency [migrate] for target [web] as dependency did not exit successfully.',
      ),
    })
  })

  it('is not placed when ECS may not take on its role', async () => {
    const definition = testDefinition('web', [testContainer()], { executionRole: 'other' })
    await using on = await stage({ definition, nodes: [taskRole('other', 'ec2.amazonaws.com')] })
    const operator = new Operator(on)
    expect(await operator.lines()).toEqual([])
    expect((await operator.events())[0]).toBe(
      "(service web) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::123456789012:role/other' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).",
    )
  })

  it('gives its containers what they need, secrets and metadata among it', async () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:password::'
    const definition = testDefinition('web', [
      testContainer({
        environment: { MODE: 'test' },
        secrets: { PASSWORD: secret },
        entryPoint: ['node'],
        command: ['main.js'],
      }),
    ])
    await using on = await stage({ definition: { ...definition, taskRole: 'execution' }, service: { desiredCount: 1 } })
    const [process] = on.hosts.running
    expect(process?.spec).toMatchObject({
      port: 8000,
      program: { command: ['node', 'main.js'] },
      environment: {
        MODE: 'test',
        PASSWORD: 'secret',
        ECS_CONTAINER_METADATA_URI_V4: expect.stringMatching(/^http:\/\/169\.254\.170\.2\/v4\/[0-9a-f]{32}-\d{10}$/),
      },
    })
  })
})

const unreachable = (host: string): LaunchProblem => ({ kind: 'unreachable', host, because: 'there is no route' })
const refused = (operation: string, code = 'AccessDeniedException', message = 'not allowed'): LaunchProblem => ({
  kind: 'refused',
  operation,
  code,
  message,
  status: 400,
  service: 'any',
})
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf'
const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1'

/** ECS Developer Guide, "Resolve Amazon ECS stopped task errors": ResourceInitializationError, CannotPullContainer. */
describe('the reason of a task that could not start', () => {
  it.each<[string, LaunchNeed, LaunchProblem, string]>([
    [
      'a secret that the role may not read',
      { kind: 'secret', reference: SECRET },
      refused('GetSecretValue'),
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${SECRET} from secrets manager: AccessDeniedException: not allowed status code: 400`,
    ],
    [
      'a secret without a way to it',
      { kind: 'secret', reference: SECRET },
      unreachable('secretsmanager.us-east-1.amazonaws.com'),
      `ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets: The task cannot pull secret '${SECRET}' from AWS Secrets Manager. There is a connection issue between the task and AWS Secrets Manager. Check your task network configuration. failed to fetch secret ${SECRET} from secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded`,
    ],
    [
      'a parameter that the role may not read',
      { kind: 'secret', reference: '/app/url' },
      refused('GetParameter'),
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: not allowed status code: 400',
    ],
    [
      'a registry without a way to it',
      { kind: 'image', uri: ECR },
      unreachable('api.ecr.us-east-1.amazonaws.com'),
      'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp: i/o timeout',
    ],
    [
      'layers without a way to them',
      { kind: 'image', uri: ECR },
      unreachable('prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com'),
      `CannotPullContainerError: The task cannot pull '${ECR}' from Amazon ECR. There is a connection issue between the task and Amazon ECR. Check your task network configuration. failed to do request: "https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/": dial tcp: i/o timeout`,
    ],
    [
      'a log group that does not exist',
      { kind: 'logs', group: 'web' },
      refused('CreateLogStream', 'ResourceNotFoundException', 'The specified log group does not exist.'),
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: operation error CloudWatch Logs: CreateLogStream, https response error StatusCode: 400, ResourceNotFoundException: The specified log group does not exist. : exit status 1',
    ],
    [
      'an image from elsewhere',
      { kind: 'program', name: 'web' },
      { kind: 'notHere', message: "the image nginx can't run here: it is not built from a directory of the assembly" },
      "CannotPullContainerError: the image nginx can't run here: it is not built from a directory of the assembly (on AWS it would start)",
    ],
  ])('names %s', (_, need, problem, reason) => {
    expect(reasonOf(new LaunchFailure(need, problem))).toBe(reason)
  })

  it('stands in the task, with TaskFailedToStart', async () => {
    await using on = await stage({}, ({ hosts }) => {
      hosts.lacks = need => (need.kind === 'image' ? unreachable('registry.example.com') : undefined)
    })
    const tasks = await new Operator(on).tasks('STOPPED')
    expect(tasks).toHaveLength(2)
    expect(tasks[0]).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotPullContainerError: /),
      containers: [{ lastStatus: 'STOPPED' }],
    })
    expect(on.cloud.world.journal.since(0).find(({ kind }) => kind === 'ecs.launchBlocked')?.message).toMatch(
      /could not pull the image example\.com\/web:1: no way to registry\.example\.com: there is no route$/,
    )
  })
})

const CHECK = { command: ['CMD', 'true'], interval: seconds(30), timeout: seconds(5), retries: 3, startPeriod: 0 }

/** ECS API Reference, "HealthCheck". */
describe('a container health check', () => {
  it('makes the task healthy after its first interval, and unhealthy after its retries', async () => {
    const check = { ...CHECK, command: ['CMD', 'node', 'check.js'] }
    const definition = testDefinition('web', [testContainer({ healthCheck: check })])
    let code = 0
    await using on = await stage({ definition, service: { desiredCount: 1, targets: [] } }, ({ hosts }) => {
      hosts.behave = ({ name }) => (name === 'web health check' ? { exits: code } : 'runs')
    })
    const operator = new Operator(on)
    const health = async () => (await operator.tasks())[0]?.healthStatus
    expect(await health()).toBe('UNKNOWN')
    await on.clock.advance(seconds(30))
    expect(await health()).toBe('HEALTHY')
    code = 1
    await on.clock.advance(seconds(89))
    expect(await health()).toBe('HEALTHY')
    await on.clock.advance(seconds(2))
    expect((await operator.tasks()).map(({ healthStatus }) => healthStatus)).toContain('UNHEALTHY')
  })

  it('does not count failures of the start period', async () => {
    const check = { ...CHECK, command: ['CMD-SHELL', 'exit 1'], interval: seconds(5), startPeriod: seconds(60) }
    const definition = testDefinition('web', [testContainer({ healthCheck: check })])
    await using on = await stage({
      definition,
      service: { desiredCount: 1, targets: [], maximumPercent: 100, minimumHealthyPercent: 0 },
    })
    const operator = new Operator(on)
    await on.clock.advance(seconds(59))
    expect((await operator.tasks())[0]?.healthStatus).toBe('UNKNOWN')
    await on.clock.advance(seconds(15))
    expect((await operator.tasks('STOPPED'))[0]?.stoppedReason).toBe('Task failed container health checks')
  })

  it('that can not be carried out here counts as none, and the journal says so', async () => {
    const check = { ...CHECK, command: ['CMD-SHELL', 'pg_isready -U app'] }
    const definition = testDefinition('web', [testContainer({ healthCheck: check })])
    await using on = await stage({ definition, service: { desiredCount: 1 } })
    expect((await new Operator(on).service()).deployments?.[0]?.rolloutState).toBe('COMPLETED')
    expect(on.cloud.world.journal.since(0).find(({ kind }) => kind === 'ecs.checkNotEmulated')?.message).toBe(
      "the health check of web can't be carried out here and counts as none: CMD-SHELL pg_isready -U app",
    )
  })
})
