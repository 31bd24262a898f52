import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled, type Outcome, run } from '../commands.ts'
import { call } from '../http.ts'
import type { Running } from '../running.ts'
import { load } from './load.ts'
import { apiOf, startItems } from './running.ts'

const can = isInstalled('nginx') && isInstalled('aws')

describe.skipIf(!can)('the commands of the document, as they are written (need NGINX and the AWS CLI)', () => {
  let items: Running
  beforeAll(async () => {
    // Ten times as fast: tasks that have to go are given five minutes.
    items = await startItems({ timeScale: 10 })
  })
  afterAll(() => items?.stop())

  /** What stands there, with the address of this system. */
  const aws = async (command: string): Promise<unknown> => {
    const { code, out, errors }: Outcome = await run(
      'sh',
      ['-c', command.replace(/^aws /, `aws --endpoint-url ${items.cloud.urls.aws} `)],
      { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_DEFAULT_REGION: 'us-east-1' },
    )
    expect([code, errors]).toEqual([0, ''])
    return JSON.parse(out)
  }

  it('I-18: describe-services tells of the service and its tasks', async () => {
    const told = () =>
      aws('aws ecs describe-services --cluster cloud-native-demo-dev-cluster --services cloud-native-demo-dev-api')
    // Its deployment is complete when ECS has looked at what the balancer has found healthy.
    await expect.poll(told).toMatchObject({
      failures: [],
      services: [
        {
          serviceName: 'cloud-native-demo-dev-api',
          status: 'ACTIVE',
          launchType: 'FARGATE',
          desiredCount: 2,
          runningCount: 2,
          pendingCount: 0,
          deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
        },
      ],
    })
  })

  it('I-18: describe-instances finds the instances of the frontend by their name', async () => {
    const told = await aws('aws ec2 describe-instances --filters "Name=tag:Name,Values=cloud-native-demo-dev-frontend"')
    const { Reservations: reservations } = told as { Reservations: { Instances: { State: { Name: string } }[] }[] }
    const instances = reservations.flatMap(({ Instances }) => Instances)
    expect(instances.map(({ State }) => State.Name)).toEqual(['running', 'running'])
  })

  it('I-11, I-18: update-service --force-new-deployment replaces every task, and no request fails', async () => {
    const before = (await apiOf(items)).instances.map(({ id }) => id)
    const requests = load(20, [`${items.site}/api/v1/items`, `${items.site}/api/v1/info`])
    const steady = items.cloud.journal.next(({ message }) => message.endsWith('has reached a steady state.'))
    const told = await aws(
      'aws ecs update-service --cluster cloud-native-demo-dev-cluster --service cloud-native-demo-dev-api --force-new-deployment',
    )
    expect(told).toMatchObject({ service: { deployments: [{ rolloutState: 'IN_PROGRESS' }, {}] } })
    await steady
    expect(await requests.stop()).toEqual([])
    expect(requests.answers.length).toBeGreaterThan(20)
    const after = (await apiOf(items)).instances.filter(({ state }) => state === 'RUNNING').map(({ id }) => id)
    expect(after).toHaveLength(2)
    expect(after.filter(id => before.includes(id))).toEqual([])
    expect((await call(`${items.site}/api/v1/items`)).status).toBe(200)
  })
})
