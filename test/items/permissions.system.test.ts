import { nodesOf } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awsJson } from '../aws.ts'
import { isInstalled } from '../commands.ts'
import { call } from '../http.ts'
import { deniedIn, openSessions, sortedOut, unusedIn, WHY } from '../permissions.ts'
import type { Running } from '../running.ts'
import { created, itemsOf, pageOf } from './calls.ts'
import { startItems } from './running.ts'

describe.skipIf(!isInstalled('nginx'))('what the roles of the items may do (need NGINX)', () => {
  let items: Running
  beforeAll(async () => {
    // Ten times as fast: the agent tells of memory and disk once a minute.
    items = await startItems({ timeScale: 10 })
  })
  afterAll(() => items?.stop())

  it('I-09: is enough, and no more than what they do, but for what happens on AWS alone', async () => {
    const item = await created(items, 'One')
    await pageOf(items, '?q=one')
    const path = `${itemsOf(items)}/${item.id}`
    for (const method of ['GET', 'DELETE']) expect((await call(path, { method })).status).toBeLessThan(300)
    await rotate(items)
    await openSessions(items)
    const calls = (wanted: string) => () => items.cloud.calls.seen().filter(({ action }) => action === wanted).length
    await expect.poll(calls('xray:PutTraceSegments')).toBe(2)
    await expect.poll(calls('cloudwatch:PutMetricData')).toBeGreaterThan(0)
    await expect
      .poll(() => unusedIn(items))
      .toEqual(
        sortedOut({
          ApiCursorKeyRole: { [WHY.rotation]: ['secretsmanager:GetRandomPassword'] },
          ApiServiceTasksExecutionRole: {
            [WHY.logDriver]: ['logs:PutLogEvents'],
            [WHY.pull]: ['ecr:BatchCheckLayerAvailability'],
          },
          ApiServiceTasksTaskRole: { [WHY.secret]: ['secretsmanager:DescribeSecret'], [WHY.collector]: COLLECTOR },
          FrontendInstanceRole: {
            [WHY.signal]: ['cloudformation:SignalResource'],
            [WHY.ownTags]: ['ec2:DescribeTags'],
            [WHY.nginxLog]: ['logs:PutLogEvents'],
            [WHY.collector]: COLLECTOR,
          },
          NetworkVpcFlowIAMRole: {
            [WHY.flowLog]: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          },
        }),
      )
    expect(deniedIn(items)).toEqual([])
  })
})

const COLLECTOR = ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords']

async function rotate(items: Running): Promise<void> {
  const [secret] = nodesOf(items.architecture, 'secret')
  await awsJson(items, 'secretsmanager', 'secretsmanager.RotateSecret', { SecretId: secret?.arn })
  const finished = () =>
    items.cloud.calls.seen().some(({ action }) => action === 'secretsmanager:UpdateSecretVersionStage')
  await expect.poll(finished).toBe(true)
}
