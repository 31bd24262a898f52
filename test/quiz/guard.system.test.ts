import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DeleteLifecycleHookCommand,
  PutLifecycleHookCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling'
import { CloudWatchClient, GetMetricStatisticsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import { DeleteRouteCommand, DescribeRouteTablesCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { minutes, seconds } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json } from '../http.ts'
import { hurryLaunches } from '../launches.ts'
import type { Running } from '../running.ts'
import { Author, type Picture } from './author.ts'
import { BACKPACK, cutOut } from './quizzes.ts'
import { administrator, CAN_RUN, startQuiz, tierOf } from './running.ts'

const GROUP = 'quiz-cutout'
const GATE = '/quiz/cutout/gate'
/** A hook of the test, so that a launch takes as long as it wants it to. */
const HOLD = 'held-by-a-test'

describe.skipIf(!CAN_RUN)('the removal tier while it grows (needs PostgreSQL, NGINX and curl)', () => {
  let quiz: Running
  let author: Author
  let groups: AutoScalingClient
  let parameters: SSMClient
  beforeAll(async () => {
    quiz = await startQuiz({ timeScale: 20 })
    author = await Author.signUp(quiz.site)
    groups = new AutoScalingClient(administrator(quiz))
    parameters = new SSMClient(administrator(quiz))
  })
  afterAll(async () => {
    groups?.destroy()
    parameters?.destroy()
    await quiz?.stop()
  })

  const grow = (DesiredCapacity: number) =>
    groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP, DesiredCapacity }))
  const gate = async (): Promise<{ state: string; until?: string }> =>
    JSON.parse((await parameters.send(new GetParameterCommand({ Name: GATE }))).Parameter?.Value ?? '')
  const site = async () =>
    (await json<{ cutout: { state: string; queued: number } }>(`${quiz.site}/api/status`)).cutout.state
  const gateBecomes = (state: string) =>
    expect.poll(async () => (await gate()).state, { timeout: 60_000, interval: 100 }).toBe(state)
  const siteBecomes = (state: string) => expect.poll(site, { timeout: 60_000, interval: 250 }).toBe(state)
  const launched = () => quiz.cloud.journal.next(({ kind }) => kind === 'autoscaling.launch')

  /** Uploads a picture while the tier is restricted. */
  async function uploadWhileBusy(): Promise<string> {
    await siteBecomes('busy')
    const { id } = await author.upload(BACKPACK)
    expect(await author.get<Picture>(`/api/pictures/${id}`)).toMatchObject({ state: 'queued', busy: true })
    return id
  }

  it('Q-06: each instance has completed its own lifecycle action, with its role, and is in service by that', async () => {
    const completed = quiz.cloud.calls
      .seen()
      .filter(({ action }) => action === 'autoscaling:CompleteLifecycleAction')
      .map(({ role, count, decision }) => [/Removal/.test(role), count, decision.kind])
    expect(completed).toEqual([[true, 2, 'allowed']])
    expect(quiz.cloud.journal.since(0).filter(({ kind }) => kind === 'autoscaling.abandoned')).toEqual([])
    const { instances } = await tierOf(quiz, 'cutout')
    expect(instances.map(({ state, health }) => [state, health])).toEqual(Array(2).fill(['InService', 'healthy']))
  })

  it('Q-11: cpu_high tells the topic of updates, which calls the guard', async () => {
    const metrics = new CloudWatchClient(administrator(quiz))
    const delivered = async () => {
      const { Datapoints = [] } = await metrics.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/SNS',
          MetricName: 'NumberOfNotificationsDelivered',
          Dimensions: [{ Name: 'TopicName', Value: 'quiz-alarm-update-instance' }],
          StartTime: new Date(Date.now() - minutes(60)),
          EndTime: new Date(Date.now() + minutes(600)),
          Period: 60,
          Statistics: ['Sum'],
        }),
      )
      return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
    }
    // Instances that start may be busy enough to have rung it by themselves.
    const alarm = { AlarmName: 'quiz-cpu_high', StateReason: 'set by a test' }
    await metrics.send(new SetAlarmStateCommand({ ...alarm, StateValue: 'OK' }))
    const before = await delivered()
    await metrics.send(new SetAlarmStateCommand({ ...alarm, StateValue: 'ALARM' }))
    await expect.poll(delivered, { timeout: 60_000, interval: 500 }).toBeGreaterThan(before)
    metrics.destroy()
  })

  it('Q-12: people are asked whether they want the mails of alarm-topic, and confirm by the link', async () => {
    const inbox = await quiz.cloud.inbox()
    const [asked] = inbox.list()
    const mail = asked && (await inbox.read(asked.id))
    expect(mail?.to).toEqual(['operator@example.com'])
    expect(mail?.subject).toBe('AWS Notification - Subscription Confirmation')
    const [link = ''] = /https?:\/\/[^\s"]+Action=ConfirmSubscription[^\s"]*/.exec(mail?.text ?? '') ?? []
    const confirmed = quiz.cloud.journal.next(({ kind }) => kind === 'sns.confirmed')
    expect((await fetch(link)).status).toBe(200)
    expect((await confirmed).message).toContain('operator@example.com')
  })

  it('Q-13: a picture that comes meanwhile waits, its author sees why, and it is finished afterwards', async () => {
    const hook = { AutoScalingGroupName: GROUP, LifecycleHookName: HOLD }
    await groups.send(
      new PutLifecycleHookCommand({
        ...hook,
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 7200,
      }),
    )
    // The first two instances restricted it as well; the guard looks every few seconds of its own.
    await gateBecomes('open')
    const launch = launched()
    await grow(3)
    const InstanceId = String((await launch).details?.instance)
    await gateBecomes('restricted')
    const left = Date.parse((await gate()).until ?? '') - Date.now()
    expect(left).toBeGreaterThan(minutes(13))
    expect(left).toBeLessThanOrEqual(minutes(15))
    const id = await uploadWhileBusy()
    await groups.send(new CompleteLifecycleActionCommand({ ...hook, InstanceId, LifecycleActionResult: 'CONTINUE' }))
    await groups.send(new DeleteLifecycleHookCommand(hook))
    await gateBecomes('open')
    const { instances } = await tierOf(quiz, 'cutout')
    expect(instances.filter(({ health }) => health === 'healthy')).toHaveLength(3)
    expect((await cutOut(author, id)).busy).toBe(false)
  })

  it('Q-10, Q-13: a launch that is never ready is abandoned after 450 s; a guard that fails meanwhile restricts nobody for ever', async () => {
    const abandoned = quiz.cloud.journal.next(({ kind }) => kind === 'autoscaling.abandoned')
    const began = performance.now()
    await closeWayOut(quiz)
    // Twenty times as fast: 450 s are 22.
    await hurryLaunches(quiz)
    await grow(4)
    await gateBecomes('restricted')
    await breakGuard(quiz)
    const id = await uploadWhileBusy()
    await expect.poll(() => putAside(quiz), { timeout: 90_000, interval: 500 }).toBeGreaterThan(0)
    const inbox = await quiz.cloud.inbox()
    const told = () => inbox.list().map(({ subject }) => subject)
    await expect.poll(told, { timeout: 60_000, interval: 250 }).toContainEqual(expect.stringMatching(/ALARM.*PutAside/))
    expect((await author.get<Picture>(`/api/pictures/${id}`)).state).toBe('queued')
    // Fifteen minutes later: its end is moved, not the clocks.
    const over = { ...(await gate()), until: new Date(Date.now() + seconds(1)).toISOString() }
    await parameters.send(new PutParameterCommand({ Name: GATE, Value: JSON.stringify(over), Overwrite: true }))
    await cutOut(author, id)
    expect((await gate()).state).toBe('restricted')
    expect(await site()).toBe('open')
    expect((await abandoned).message).toMatch(/heartbeat|timed? ?out|default/i)
    expect(performance.now() - began).toBeGreaterThan(seconds(22))
    const { instances } = await tierOf(quiz, 'cutout')
    expect(instances.filter(({ state }) => state === 'InService')).toHaveLength(3)
  })
})

/** The way of the private subnets to the internet, and with it to the images, is gone. */
async function closeWayOut(quiz: Running): Promise<void> {
  const ec2 = new EC2Client(administrator(quiz))
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}))
  for (const { RouteTableId, Routes = [] } of RouteTables)
    if (Routes.some(({ NatGatewayId }) => NatGatewayId))
      await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0' }))
  ec2.destroy()
}

/** From now on it looks for a group that is not there. */
async function breakGuard(quiz: Running): Promise<void> {
  const lambda = new LambdaClient(administrator(quiz))
  const FunctionName = nodesOf(quiz.architecture, 'function').find(({ id }) => id.includes('Guard'))?.name
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
  const Variables = { ...Environment?.Variables, CUTOUT_GROUP: 'gone' }
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }))
  lambda.destroy()
}

/** How many events the guard has given up. */
async function putAside(quiz: Running): Promise<number> {
  const sqs = new SQSClient(administrator(quiz))
  const QueueUrl = nodesOf(quiz.architecture, 'queue').find(({ id }) => id.includes('DeadLetters'))?.url
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  )
  sqs.destroy()
  return Number(Attributes?.ApproximateNumberOfMessages)
}
