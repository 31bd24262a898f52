import type { JournalEntry } from '@terrace/cloud'
import { nodesOf } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { aws, awsJson } from '../aws.ts'
import { call } from '../http.ts'
import { hurryLaunches } from '../launches.ts'
import { type Running, startSystem } from '../running.ts'

/** Control loops at thirty times their pace: what is hurried has a grace period of six seconds, not of three minutes. */
const start = (mistake: string, wait = false): Promise<Running> =>
  startSystem('demonstrations', { context: { mistake }, timeScale: 30, wait })

const replacements = ({ cloud }: Running, count: number): Promise<unknown> => {
  let left = count
  return cloud.journal.find(entry => entry.kind === 'autoscaling.terminate' && --left <= 0)
}

/** The one line that says why. */
const because = ({ cloud }: Running, pattern: RegExp): Promise<JournalEntry> =>
  cloud.journal.find(entry => pattern.test(entry.message))

describe('the service without a mistake', () => {
  it('is healthy, and nothing of it is replaced', async () => {
    await using running = await start('none', true)
    const { cloud, site } = running
    expect((await call(`${site}/`)).body).toBe('at your service\n')
    expect(cloud.journal.since(0).filter(({ kind }) => kind === 'autoscaling.terminate')).toEqual([])
  })
})

describe('the security group that forgot the health-check port', () => {
  it('lets every request through while every instance is unhealthy by time-out, and one line says which rule is missing', async () => {
    await using running = await start('forgotten-port')
    const reason = await because(running, /no ingress rule of \w+ allows TCP 8080 from 10\./)
    expect(reason.kind).toBe('network.dropped')
    const unhealthy = await running.cloud.journal.find(entry => entry.kind === 'elbv2.unhealthy')
    expect(unhealthy.details).toMatchObject({ reason: 'Target.Timeout' })
    // Nobody is healthy, so that everybody is asked.
    expect((await call(`${running.site}/`)).status).toBe(200)
    expect((await running.cloud.status()).ready).toBe(false)
    // A connection is in the log when it has ended, and the service keeps one open for longer than anybody waits here.
    await killInstances(running)
    // A record of each is written when its interval is over, whichever comes first.
    for (const record of [/ 8080 6 .* REJECT OK/, / 8000 6 .* ACCEPT OK/])
      await expect.poll(() => flowLog(running), { timeout: 60_000, interval: 500 }).toMatch(record)
  })
})

describe('the role that may not read its secret', () => {
  it('starts nothing, and one line says which action on which secret no policy allows', async () => {
    await using running = await start('unreadable-secret')
    const reason = await because(
      running,
      /may not secretsmanager:GetSecretValue arn:aws:secretsmanager:\S+: no policy allows it/,
    )
    expect(reason.kind).toBe('identity.denied')
    const console = await consoleOutputOf(running)
    expect(console).toContain('AccessDeniedException')
    expect(console).toContain('secretsmanager:GetSecretValue')
    expect((await call(`${running.site}/`)).status).toBe(502)
  })
})

describe('the group that replaces for ever, because its user data cannot reach S3', () => {
  it('runs until the first instance is replaced; then each new one fails, is replaced, and fails again', async () => {
    await using running = await start('none', true)
    await hurryLaunches(running)
    await withoutWayOut(running)
    expect((await call(`${running.site}/`)).status).toBe(200)
    const [first] = (await running.cloud.status()).tiers[0]?.instances ?? []
    const why = because(running, /no way to al2023-repos-\S+amazonaws\.com: the route table of \w+ has no route to/)
    await aws(running, 'autoscaling', {
      Action: 'TerminateInstanceInAutoScalingGroup',
      Version: '2011-01-01',
      InstanceId: first?.id ?? '',
      ShouldDecrementDesiredCapacity: 'false',
    })
    await why
    await replacements(running, 3)
    // The one that started before still answers.
    expect((await call(`${running.site}/`)).status).toBe(200)
  })
})

/** The records of the VPC's flow log so far, as CloudWatch Logs gives them. */
async function flowLog(running: Running): Promise<string> {
  const [vpc] = nodesOf(running.architecture, 'vpc')
  const { events } = await awsJson<{ events: readonly { message: string }[] }>(
    running,
    'logs',
    'Logs_20140328.FilterLogEvents',
    {
      logGroupName: vpc?.flowLogs?.[0]?.target ?? '',
    },
  )
  return events.map(({ message }) => message).join('\n')
}

/** Ends what runs on the instances, and with it their connections. */
async function killInstances({ cloud }: Running): Promise<void> {
  const instances = (await cloud.status()).tiers.flatMap(tier => tier.instances)
  for (const { pid } of instances.flatMap(({ processes }) => processes)) process.kill(pid, 'SIGKILL')
}

/** Deletes the default routes of the private subnets, as somebody might who cleans up. */
async function withoutWayOut(running: Running): Promise<void> {
  for (const table of nodesOf(running.architecture, 'routeTable')) {
    if (!table.routes.some(({ target }) => target.kind === 'natGateway')) continue
    await aws(running, 'ec2', {
      Action: 'DeleteRoute',
      Version: '2016-11-15',
      RouteTableId: table.physicalId,
      DestinationCidrBlock: '0.0.0.0/0',
    })
  }
}

async function consoleOutputOf(running: Running): Promise<string> {
  const [first] = (await running.cloud.status()).tiers[0]?.instances ?? []
  const answer = await aws(running, 'ec2', {
    Action: 'GetConsoleOutput',
    Version: '2016-11-15',
    InstanceId: first?.id ?? '',
  })
  return Buffer.from(/<output>([^<]*)</.exec(answer)?.[1] ?? '', 'base64').toString()
}
