import type { JournalEntry } from '@terrace/cloud'
import { type Architecture, nodesOf } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { aws, awsJson } from '../aws.ts'
import { isInstalled } from '../commands.ts'
import { type Answer, call } from '../http.ts'
import { hurryLaunches } from '../launches.ts'
import type { Running, RunOptions } from '../running.ts'
import { type Mistake, startShop } from './running.ts'

const start = (mistake: Mistake, timeScale = 1, change?: RunOptions['change']): Promise<Running> =>
  startShop({ mistake, timeScale, wait: false, ...(change && { change }) })

const installed = isInstalled('mariadbd') && isInstalled('nginx')

describe.skipIf(!installed)('the stories (need MariaDB and NGINX)', () => {
  it('S-17: an endpoint policy without the packages: no instance comes up, and the deployment fails', async () => {
    await using running = await start('narrow-endpoint', 30)
    const { cloud, site } = running
    expect((await cloud.journal.find(entry => entry.kind === 'ec2.launchBlocked')).message).toMatch(NO_PACKAGES)
    const failed = await cloud.journal.find(entry => entry.kind === 'cloudformation.createFailed')
    expect(failed.message).toMatch(NO_PACKAGES)
    expect(cloud.journal.since(0).filter(({ kind }) => kind === 'elbv2.healthy')).toEqual([])
    expect((await call(`${site}/`)).status).toBeGreaterThanOrEqual(500)
  })

  it('S-17: the same policy under a running system: what is replaced is replaced for ever, the rest goes on', async () => {
    await using running = await start('none', 30)
    const { cloud, site } = running
    await cloud.ready()
    // Thirty times as fast: from now on the grace period of three minutes is over in six seconds.
    await hurryLaunches(running)
    withoutPackages(running)
    const group = (await cloud.status()).tiers.find(({ name }) => name === 'Web/Group')
    const why = cloud.journal.next(entry => entry.kind === 'ec2.launchBlocked' && NO_PACKAGES.test(entry.message))
    await aws(running, 'autoscaling', {
      Action: 'TerminateInstanceInAutoScalingGroup',
      Version: '2011-01-01',
      InstanceId: group?.instances[0]?.id ?? '',
      ShouldDecrementDesiredCapacity: 'false',
    })
    await why
    // The one that was asked for, and those that came for it.
    let left = 3
    await cloud.journal.find(entry => entry.kind === 'autoscaling.terminate' && --left <= 0)
    expect((await call(`${site}/`)).status).toBe(200)
  })

  it('S-17: a script that creates tables on each instance: one wins, the other never gets ready', async () => {
    await using running = await start('schema-race')
    const { cloud } = running
    await cloud.journal.find(
      entry => entry.kind === 'cloudformation.signal' && /App\/Group: received SUCCESS/.test(entry.message),
    )
    await expect.poll(() => said(running), { interval: 500 }).toContain("Table 'warehouse' already exists")
    expect(cloud.journal.since(0).filter(({ message }) => /App\/Group is created/.test(message))).toEqual([])
  })

  // These two at the same time: they wait for the health checks of a balancer.
  it.concurrent('S-17: a health check that asks whether the API lives: requests reach instances that can not serve yet', async () => {
    await using running = await start('not-ready', 1, databaseNotThere)
    const { cloud, site } = running
    await cloud.journal.find(isAppTarget('healthy'))
    const answer = await untilApiAnswers(site)
    expect(answer).toMatchObject({ status: 503, headers: { 'content-type': expect.stringContaining('problem+json') } })
  })

  it.concurrent('S-17: without that mistake such an instance is not healthy', async () => {
    await using running = await start('none', 1, databaseNotThere)
    const { cloud } = running
    await cloud.journal.find(isAppTarget('unhealthy'))
    expect(cloud.journal.since(0).filter(isAppTarget('healthy'))).toEqual([])
  })
})

/** The moment before an instance can serve, made to last: nobody is let in to the database. */
const databaseNotThere = (architecture: Architecture): Architecture => ({
  ...architecture,
  nodes: architecture.nodes.map(node =>
    node.kind === 'securityGroup' && node.ingress.some(({ ports }) => ports?.[0] === 3306)
      ? { ...node, ingress: [] }
      : node,
  ),
})

/** Finds an entry about a target of the application tier; the launches come before. */
function isAppTarget(health: 'healthy' | 'unhealthy'): (entry: JournalEntry) => boolean {
  const ids = new Set<string>()
  return ({ kind, message }) => {
    const launched = kind === 'autoscaling.launch' ? /AppGroup\S* launched (i-\w+)/.exec(message)?.[1] : undefined
    if (launched) ids.add(launched)
    return kind === `elbv2.${health}` && ids.has(/target (i-\w+)/.exec(message)?.[1] ?? '')
  }
}

/** The first answer that comes from the API itself, and not from a balancer or NGINX on the way. */
async function untilApiAnswers(site: string): Promise<Answer> {
  for (;;) {
    const answer = await call(`${site}/api/products`)
    if (String(answer.headers['content-type']).includes('json')) return answer
  }
}

const NO_PACKAGES =
  /could not install .*the policy of the endpoint vpce-\S+ does not allow s3:GetObject on arn:aws:s3:::al2023-repos-us-east-1-/

/** The endpoint as a deployment of the mistake over the running system leaves it. */
function withoutPackages({ architecture }: Running): void {
  for (const endpoint of nodesOf(architecture, 'vpcEndpoint')) {
    const Statement = endpoint.policy?.Statement.filter(({ Sid }) => Sid !== 'AwsContent') ?? []
    Object.assign(endpoint, { policy: { ...endpoint.policy, Statement } })
  }
}

/** What the processes of the application tier have written to their log group. */
async function said(running: Running): Promise<string> {
  const group = nodesOf(running.architecture, 'logGroup').find(({ id }) => id.startsWith('shop-security/App'))
  const input = { logGroupName: group?.name ?? '' }
  const { events } = await awsJson<{ events: readonly { message: string }[] }>(
    running,
    'logs',
    'Logs_20140328.FilterLogEvents',
    input,
  )
  return events.map(({ message }) => message).join('\n')
}
