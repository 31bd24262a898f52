import { gunzipSync } from 'node:zlib'
import { CreateWebACLCommand, PutLoggingConfigurationCommand, WAFV2Client } from '@aws-sdk/client-wafv2'
import { minutes } from '@terrace/kit'
import type { PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { compileFirewall } from '../../dataplane/firewall/firewall.ts'
import { recordOf } from '../../dataplane/firewall/record.ts'
import { onPath, rule, visibility, webAcl } from '../../dataplane/firewall/testing.ts'
import { failureOf, policy, sessionOf, testBucket, testRole } from '../../gateway/testing.ts'
import { facts, startFirewalls, type TestFirewalls } from './testing.ts'

const BUCKET = 'aws-waf-logs-bucket'
const TO_BUCKET = `arn:aws:s3:::${BUCKET}/waf`
const TO_GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-main'

let on: TestFirewalls | undefined
afterEach(async () => {
  await on?.[Symbol.asyncDispose]()
  on = undefined
})

const bucket = (...statements: readonly PolicyStatement[]) =>
  testBucket(BUCKET, statements.length > 0 ? { policy: policy(...statements) } : {})

async function makeAcl({ client }: TestFirewalls): Promise<string> {
  const { Summary } = await client.send(
    new CreateWebACLCommand({
      Name: 'main',
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      VisibilityConfig: visibility('main'),
    }),
  )
  return Summary?.ARN ?? ''
}

const logTo = (acl: string, destination: string) =>
  new PutLoggingConfigurationCommand({
    LoggingConfiguration: { ResourceArn: acl, LogDestinationConfigs: [destination] },
  })

/** A request for a path that was blocked. */
function say({ say: report, clock }: TestFirewalls, acl: string, path: string): void {
  const request = facts({ path })
  const decision = compileFirewall(webAcl([rule('all', onPath('.'))]), 0).decide(request, 0)
  const record = recordOf(acl, { name: 'ALB', id: 'lb' }, `Root=${path}`, request, decision, clock.now())
  report({ acl, requests: 1, matched: {}, counts: [], records: [record] })
}

describe('records in a bucket', () => {
  it('are in a file of five minutes, below the prefix, one line each', async () => {
    on = await startFirewalls([bucket()])
    const acl = await makeAcl(on)
    await on.client.send(logTo(acl, TO_BUCKET))
    say(on, acl, '/a')
    say(on, acl, '/b')
    expect(on.files.size).toBe(0)
    await on.clock.advance(minutes(5))
    await on.written(1)
    const [[key, bytes] = ['', Buffer.alloc(0)]] = [...on.files]
    expect(key).toMatch(
      /^aws-waf-logs-bucket\/waf\/AWSLogs\/123456789012\/WAFLogs\/us-east-1\/main\/2026\/11\/22\/09\/35\/123456789012_waflogs_us-east-1_main_20261122T0935Z_[0-9a-f]{8}\.log\.gz$/,
    )
    const lines = gunzipSync(bytes).toString().trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line).httpRequest.uri)).toEqual(['/a', '/b'])
  })

  it('that its policy denies are not written, and the journal says why', async () => {
    on = await startFirewalls([
      bucket({ Sid: 'No', Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }),
    ])
    const acl = await makeAcl(on)
    await on.client.send(logTo(acl, TO_BUCKET))
    say(on, acl, '/a')
    await on.cloud.running.at(-1)?.stop()
    expect(on.files.size).toBe(0)
    const failed = on.cloud.world.journal.since(0).filter(({ kind }) => kind === 'wafv2.logFailed')
    expect(failed.map(({ message }) => message)).toEqual([
      `records of main can't be written to ${BUCKET}: statement No of the policy of ${BUCKET} denies delivery.logs.amazonaws.com s3:PutObject`,
    ])
  })
})

it('records in a log group are in its stream at once', async () => {
  on = await startFirewalls()
  const acl = await makeAcl(on)
  await on.client.send(logTo(acl, TO_GROUP))
  say(on, acl, '/a')
  await on.written(1)
  expect(on.logged).toMatchObject([{ group: 'aws-waf-logs-main', stream: 'us-east-1_main_0' }])
})

describe('who has records written needs', () => {
  const WAF = { Effect: 'Allow', Action: 'wafv2:*', Resource: '*' } as const
  const DELIVERY = ['logs:CreateLogDelivery', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies']
  const BUCKET_POLICY = ['s3:PutBucketPolicy', 's3:GetBucketPolicy']
  const allowed = (Action: readonly string[]): PolicyStatement => ({ Effect: 'Allow', Action, Resource: '*' })
  it.each<[string, string, PolicyStatement, string | undefined]>([
    ['more than permissions of AWS WAF', TO_GROUP, WAF, 'logs:CreateLogDelivery on *'],
    ['to see the log groups', TO_GROUP, allowed(DELIVERY), 'logs:DescribeLogGroups on *'],
    ['nothing else for a log group', TO_GROUP, allowed([...DELIVERY, 'logs:DescribeLogGroups']), undefined],
    ['to write the policy of a bucket', TO_BUCKET, allowed(DELIVERY), `s3:PutBucketPolicy on arn:aws:s3:::${BUCKET}`],
    ['nothing else for a bucket', TO_BUCKET, allowed(['logs:CreateLogDelivery', ...BUCKET_POLICY]), undefined],
  ])('%s', async (_, destination, further, missing) => {
    const role = testRole('logger', WAF, further)
    on = await startFirewalls([bucket(), role])
    const acl = await makeAcl(on)
    const client = new WAFV2Client(await on.cloud.as(sessionOf(role)))
    const put = client.send(logTo(acl, destination))
    if (missing === undefined) await put
    else {
      expect(await failureOf(put)).toMatchObject({
        name: 'WAFLogDestinationPermissionIssueException',
        message: expect.stringContaining(missing),
      })
    }
    client.destroy()
  })
})
