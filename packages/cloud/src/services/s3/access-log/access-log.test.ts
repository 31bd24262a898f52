import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { minutes, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  clientOptions,
  failureOf,
  policy,
  startTestCloud,
  type TestCloud,
  testBucket,
} from '../../../gateway/testing.ts'
import { s3 } from '../index.ts'

const logs = testBucket('logs', {
  policy: policy({
    Effect: 'Allow',
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::logs/site/*',
    Condition: {
      ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::site' },
      StringEquals: { 'aws:SourceAccount': '123456789012' },
    },
  }),
})
const site = testBucket('site', { accessLogs: { bucket: 'logs', prefix: 'site/' } })
const other = testBucket('other', { accessLogs: { bucket: 'logs', prefix: 'other/' } })

const clock = new VirtualClock(Date.UTC(2026, 10, 22, 9, 30))
let cloud: TestCloud
let client: S3Client

beforeEach(async () => {
  cloud = await startTestCloud({ nodes: [logs, site, other], services: [s3], clock })
  client = new S3Client({ ...clientOptions(cloud.gateway.url), forcePathStyle: true })
})

afterEach(async () => {
  client.destroy()
  await cloud.stop()
})

const textOf = async (Key: string) =>
  (await client.send(new GetObjectCommand({ Bucket: 'logs', Key }))).Body?.transformToString()

describe('server access logs', () => {
  it('have a line for each request, in the format of AWS', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'site', Key: 'a "b".txt', Body: 'hello' }))
    await client.send(new GetObjectCommand({ Bucket: 'site', Key: 'a "b".txt' }))
    await failureOf(client.send(new GetObjectCommand({ Bucket: 'site', Key: 'missing' })))
    await client.send(new ListObjectsV2Command({ Bucket: 'site' }))
    const delivered = async () => {
      await clock.advance(minutes(5))
      return (await client.send(new ListObjectsV2Command({ Bucket: 'logs' }))).Contents ?? []
    }
    // Lines come when connections have taken the answers.
    await expect
      .poll(
        async () =>
          (await Promise.all((await delivered()).map(({ Key = '' }) => textOf(Key)))).join('').split('\n').length,
      )
      .toBe(5)
    const files = await delivered()
    expect(files[0]?.Key).toMatch(/^site\/2026-11-22-\d\d-\d\d-\d\d-[0-9A-F]{16}$/)
    const lines = (await Promise.all(files.map(({ Key = '' }) => textOf(Key)))).join('').trim().split('\n')
    const line = (operation: string) => lines.find(each => each.includes(operation)) ?? ''
    expect(line('REST.GET.OBJECT a')).toMatch(
      /^[0-9a-f]{64} site \[22\/Nov\/2026:09:\d\d:\d\d \+0000\] 127\.0\.0\.1 arn:aws:iam::123456789012:user\/\S+ \S+ REST\.GET\.OBJECT a%2520%2522b%2522\.txt "GET \/site\/a%20%22b%22\.txt\?x-id=GetObject HTTP\/1\.1" 200 - 5 5 \d+ \d+ "-" "aws-sdk-js[^"]*" - \S+ SigV4 - AuthHeader 127\.0\.0\.1:\d+ - - -$/,
    )
    expect(line('REST.PUT.OBJECT')).toMatch(/ 200 - - 5 \d+ \d+ /)
    expect(line('REST.GET.OBJECT missing')).toMatch(/ 404 NoSuchKey /)
    expect(line('REST.GET.BUCKET')).toMatch(/ REST\.GET\.BUCKET - "GET \/site\/\?list-type=2 HTTP\/1\.1" 200 /)
  })

  it('are not delivered where the policy of the target does not allow it, which the journal says once', async () => {
    const failed = cloud.world.journal.next(({ kind }) => kind === 's3.logFailed')
    await client.send(new ListObjectsV2Command({ Bucket: 'other' }))
    const advance = setInterval(() => void clock.advance(minutes(5)), 5)
    expect((await failed).message).toContain('access logs of other were not delivered to logs')
    clearInterval(advance)
  })
})
