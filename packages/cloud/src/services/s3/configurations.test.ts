import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  type LifecycleRule,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

const state = mkdtempSync(join(tmpdir(), 'terrace-s3-'))
let cloud: TestCloud
let client: S3Client

async function start(): Promise<void> {
  cloud = await startTestCloud({ nodes: [testBucket('one'), testBucket('logs')], services: [s3], state })
  client = new S3Client({ ...clientOptions(cloud.gateway.url) })
}

beforeAll(start)

afterAll(async () => {
  client.destroy()
  await cloud.stop()
  rmSync(state, { recursive: true, force: true })
})

const Bucket = 'one'
const put = (Key: string, rest: object = {}) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...rest }))

describe('what can be set for a bucket', () => {
  it('its tags', async () => {
    const get = () => client.send(new GetBucketTaggingCommand({ Bucket }))
    expect(await failureOf(get())).toMatchObject({ name: 'NoSuchTagSet', status: 404 })
    const TagSet = [{ Key: 'system', Value: 'the shop' }]
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    expect((await get()).TagSet).toEqual(TagSet)
    await client.send(new DeleteBucketTaggingCommand({ Bucket }))
    expect(await failureOf(get())).toMatchObject({ name: 'NoSuchTagSet' })
  })

  it('its encryption, which objects have that say nothing else', async () => {
    const get = async () =>
      (await client.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules
    expect(await get()).toMatchObject([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }])
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/shop' } as const
    const ServerSideEncryptionConfiguration = {
      Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }],
    }
    await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
    expect(await get()).toEqual(ServerSideEncryptionConfiguration.Rules)
    expect(await put('encrypted')).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:aws:kms:us-east-1:123456789012:alias/shop',
      BucketKeyEnabled: true,
    })
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'encrypted' }))).toMatchObject({
      ServerSideEncryption: 'aws:kms',
    })
    await client.send(new DeleteBucketEncryptionCommand({ Bucket }))
    const own = await put('own', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: '1234' })
    expect(own.SSEKMSKeyId).toBe('arn:aws:kms:us-east-1:123456789012:key/1234')
    expect(await put('plain')).toMatchObject({ ServerSideEncryption: 'AES256' })
    expect(await failureOf(put('wrong', { ServerSideEncryption: 'rot13' }))).toMatchObject({ name: 'InvalidArgument' })
  })

  it('its lifecycle', async () => {
    const get = () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    expect(await failureOf(get())).toMatchObject({ name: 'NoSuchLifecycleConfiguration', status: 404 })
    const Rules: LifecycleRule[] = [
      { ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 3 } },
      {
        ID: 'some',
        Status: 'Disabled',
        Filter: { And: { Prefix: 'tmp/', Tags: [{ Key: 'a', Value: 'b' }], ObjectSizeGreaterThan: 5 } },
        NoncurrentVersionExpiration: { NoncurrentDays: 2, NewerNoncurrentVersions: 1 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ]
    const set = (rules: LifecycleRule[]) =>
      client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules } }))
    await set(Rules)
    expect((await get()).Rules).toEqual(Rules)
    const answer = await put('dated')
    expect(answer.Expiration).toMatch(/^expiry-date=".* 00:00:00 GMT", rule-id="all"$/)
    const both = set([...Rules, ...Rules])
    expect(await failureOf(both)).toMatchObject({ name: 'InvalidArgument', status: 400 })
    const nothing = set([{ ID: 'x', Status: 'Enabled', Filter: { Prefix: '' } }])
    expect(await failureOf(nothing)).toMatchObject({ name: 'InvalidRequest' })
    const archive = { Days: 1, StorageClass: 'GLACIER' } as const
    const moved = set([{ ID: 'x', Status: 'Enabled', Filter: { Prefix: '' }, Transitions: [archive] }])
    expect(await failureOf(moved)).toMatchObject({ name: 'NotImplemented', status: 501 })
    expect((await failureOf(moved)).message).toContain('Transition')
    await client.send(new DeleteBucketLifecycleCommand({ Bucket }))
    expect(await failureOf(get())).toMatchObject({ name: 'NoSuchLifecycleConfiguration' })
  })

  it('which pages of other origins may call it', async () => {
    const get = () => client.send(new GetBucketCorsCommand({ Bucket }))
    expect(await failureOf(get())).toMatchObject({ name: 'NoSuchCORSConfiguration', status: 404 })
    const CORSRules = [
      {
        ID: 'shop',
        AllowedOrigins: ['https://*.example.com'],
        AllowedMethods: ['PUT'],
        AllowedHeaders: ['*'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: 60,
      },
    ]
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
    expect((await get()).CORSRules).toEqual(CORSRules)
    const odd = [{ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }]
    const wrong = client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: odd } }))
    expect(await failureOf(wrong)).toMatchObject({ name: 'InvalidRequest', status: 400 })
    await client.send(new DeleteBucketCorsCommand({ Bucket }))
    expect(await failureOf(get())).toMatchObject({ name: 'NoSuchCORSConfiguration' })
  })

  it('where its access is logged', async () => {
    const get = () => client.send(new GetBucketLoggingCommand({ Bucket }))
    const set = (TargetBucket: string) => {
      const LoggingEnabled = { TargetBucket, TargetPrefix: 'one/' }
      return client.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }))
    }
    expect((await get()).LoggingEnabled).toBeUndefined()
    expect(await failureOf(set('nowhere'))).toMatchObject({ name: 'InvalidTargetBucketForLogging', status: 400 })
    await set('logs')
    expect((await get()).LoggingEnabled).toEqual({ TargetBucket: 'logs', TargetPrefix: 'one/' })
    await client.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }))
    expect((await get()).LoggingEnabled).toBeUndefined()
  })

  it('its policy, unless that would be public or is none', async () => {
    const get = () => client.send(new GetBucketPolicyCommand({ Bucket }))
    const set = (policy: unknown) =>
      client.send(
        new PutBucketPolicyCommand({ Bucket, Policy: typeof policy === 'string' ? policy : JSON.stringify(policy) }),
      )
    const statement = (rest: object) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::one/*', ...rest }],
    })
    expect(await failureOf(get())).toMatchObject({ name: 'NoSuchBucketPolicy', status: 404 })
    const blocked = await failureOf(set(statement({})))
    expect(blocked).toMatchObject({ name: 'AccessDenied', status: 403 })
    expect(blocked.message).toContain('BlockPublicPolicy')
    for (const [policy, message] of [
      ['{', 'valid JSON'],
      [{ Statement: [{ Effect: 'Perhaps' }] }, 'invalid Json'],
      [statement({ Principal: { AWS: 'somebody' } }), 'Invalid principal in policy'],
      [statement({ Action: 'ec2:RunInstances' }), 'invalid action'],
      [statement({ Resource: 'arn:aws:s3:::other/*' }), 'invalid resource'],
      [statement({ Principal: undefined }), 'Missing required field Principal'],
    ] as const) {
      const failure = await failureOf(set(policy))
      expect(failure).toMatchObject({ name: 'MalformedPolicy', status: 400 })
      expect(failure.message).toContain(message)
    }
    const endpoint = statement({ Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } })
    await set(endpoint)
    expect(JSON.parse((await get()).Policy ?? '')).toEqual(endpoint)
    const status = () => client.send(new GetBucketPolicyStatusCommand({ Bucket }))
    expect((await status()).PolicyStatus).toEqual({ IsPublic: false })
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
    const block = () => client.send(new GetPublicAccessBlockCommand({ Bucket }))
    expect(await failureOf(block())).toMatchObject({ name: 'NoSuchPublicAccessBlockConfiguration', status: 404 })
    await set(statement({}))
    expect((await status()).PolicyStatus).toEqual({ IsPublic: true })
    await client.send(new DeleteBucketPolicyCommand({ Bucket }))
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    }
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
    expect((await block()).PublicAccessBlockConfiguration).toEqual(PublicAccessBlockConfiguration)
  })

  it('who owns objects; there are no ACLs but that of the owner', async () => {
    const owner = { Grants: [{ Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } }] }
    expect(await client.send(new GetBucketAclCommand({ Bucket }))).toMatchObject(owner)
    await put('mine')
    expect(await client.send(new GetObjectAclCommand({ Bucket, Key: 'mine' }))).toMatchObject(owner)
    const refused = { name: 'AccessControlListNotSupported', status: 400 }
    expect(await failureOf(client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' })))).toMatchObject(refused)
    const ofObject = new PutObjectAclCommand({ Bucket, Key: 'mine', ACL: 'public-read' })
    expect(await failureOf(client.send(ofObject))).toMatchObject(refused)
    const get = () => client.send(new GetBucketOwnershipControlsCommand({ Bucket }))
    const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }]
    await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
    expect((await get()).OwnershipControls?.Rules).toEqual(Rules)
    expect(await failureOf(client.send(ofObject))).toMatchObject({ name: 'AccessDenied', status: 403 })
    await client.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
    expect(await failureOf(get())).toMatchObject({ name: 'OwnershipControlsNotFoundError', status: 404 })
  })

  it('survives a restart, as an update of the stack would leave it', async () => {
    const TagSet = [{ Key: 'kept', Value: 'yes' }]
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    await client.send(new CreateBucketCommand({ Bucket: 'made-by-call' }))
    client.destroy()
    await cloud.stop()
    await start()
    expect((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet)
    await client.send(new HeadBucketCommand({ Bucket: 'made-by-call' }))
  })

  it('and what nobody can set here is told as it is', async () => {
    expect((await client.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer).toBe('BucketOwner')
    expect((await client.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status).toBeUndefined()
    for (const [command, name] of [
      [client.send(new GetBucketWebsiteCommand({ Bucket })), 'NoSuchWebsiteConfiguration'],
      [client.send(new GetBucketReplicationCommand({ Bucket })), 'ReplicationConfigurationNotFoundError'],
      [client.send(new GetObjectLockConfigurationCommand({ Bucket })), 'ObjectLockConfigurationNotFoundError'],
    ] as const) {
      expect(await failureOf(command)).toMatchObject({ name, status: 404 })
    }
  })

  it('who hears of changes, when the configuration says one thing', async () => {
    const set = (NotificationConfiguration: object) =>
      client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }))
    const QueueArn = 'arn:aws:sqs:us-east-1:123456789012:uploads'
    const queue = (Events: string[], value: string) => ({
      Id: value,
      QueueArn,
      Events,
      Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: value }] } },
    })
    await set({
      QueueConfigurations: [queue(['s3:ObjectCreated:*'], 'a/'), queue(['s3:ObjectCreated:Put'], 'b/')],
      EventBridgeConfiguration: {},
    })
    const told = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
    expect(told).toMatchObject({
      QueueConfigurations: [queue(['s3:ObjectCreated:*'], 'a/'), queue(['s3:ObjectCreated:Put'], 'b/')],
      EventBridgeConfiguration: {},
    })
    const overlapping = set({
      QueueConfigurations: [queue(['s3:ObjectCreated:*'], 'a/'), queue(['s3:ObjectCreated:Put'], 'a/b')],
    })
    expect((await failureOf(overlapping)).message).toContain('ambiguously defined')
    const unknown = set({ QueueConfigurations: [queue(['s3:ObjectExploded'], 'a/')] })
    expect(await failureOf(unknown)).toMatchObject({ name: 'InvalidArgument', status: 400 })
    const fifo = set({ QueueConfigurations: [{ QueueArn: `${QueueArn}.fifo`, Events: ['s3:ObjectCreated:*'] }] })
    expect((await failureOf(fifo)).message).toContain('Unable to validate the following destination')
    await set({})
  })
})

describe('a bucket that a call makes', () => {
  const make = (name: string, rest: object = {}) => client.send(new CreateBucketCommand({ Bucket: name, ...rest }))

  it('is closed to the public and can be used at once', async () => {
    expect((await make('new-bucket')).Location).toBe('/new-bucket')
    await make('new-bucket')
    expect(
      (await client.send(new GetPublicAccessBlockCommand({ Bucket: 'new-bucket' }))).PublicAccessBlockConfiguration,
    ).toEqual({ BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true })
    await client.send(new PutObjectCommand({ Bucket: 'new-bucket', Key: 'a', Body: 'a' }))
  })

  it.each([
    ['Capitals', {}, 'InvalidBucketName'],
    ['192.168.1.1', {}, 'InvalidBucketName'],
    [
      'elsewhere',
      { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } },
      'IllegalLocationConstraintException',
    ],
    [
      'nowhere',
      { CreateBucketConfiguration: { LocationConstraint: 'atlantis' as 'eu-west-1' } },
      'InvalidLocationConstraint',
    ],
    ['public', { ACL: 'public-read' as const }, 'InvalidBucketAclWithObjectOwnership'],
    ['locked', { ObjectLockEnabledForBucket: true }, 'NotImplemented'],
  ])('is refused as %s %o', async (name, rest, code) => {
    // Path style, because a host name has no capitals.
    const plain = new S3Client({ ...clientOptions(cloud.gateway.url), forcePathStyle: true })
    expect(await failureOf(plain.send(new CreateBucketCommand({ Bucket: name, ...rest })))).toMatchObject({
      name: code,
    })
    plain.destroy()
  })

  it('of another account is none of ours', async () => {
    const foreign = client.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '999999999999' }))
    expect(await failureOf(foreign)).toMatchObject({ status: 403 })
    await client.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '123456789012' }))
  })
})

describe('what is told of an object', () => {
  it('its tags', async () => {
    await put('tagged', { Tagging: 'a=1&b=two%20words' })
    const Key = 'tagged'
    const get = async () => (await client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet
    expect(await get()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'two words' },
    ])
    const head = await client.send(new GetObjectCommand({ Bucket, Key }))
    expect(head.TagCount).toBe(2)
    const TagSet = [{ Key: 'c', Value: '3' }]
    await client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }))
    expect(await get()).toEqual(TagSet)
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key }))
    expect(await get()).toEqual([])
    const many = Array.from({ length: 11 }, (_, i) => ({ Key: `${i}`, Value: '' }))
    const tooMany = client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: many } }))
    expect(await failureOf(tooMany)).toMatchObject({ name: 'BadRequest', status: 400 })
    expect(await failureOf(put('t', { Tagging: 'a=1&a=2' }))).toMatchObject({ name: 'InvalidTag', status: 400 })
    expect(await failureOf(put('t', { Tagging: 'aws:a=1' }))).toMatchObject({ name: 'InvalidTag' })
  })

  it('its storage class; an archive has to be restored first', async () => {
    await put('rare', { StorageClass: 'STANDARD_IA' })
    expect((await client.send(new GetObjectCommand({ Bucket, Key: 'rare' }))).StorageClass).toBe('STANDARD_IA')
    await put('frozen', { StorageClass: 'GLACIER' })
    const get = client.send(new GetObjectCommand({ Bucket, Key: 'frozen' }))
    expect(await failureOf(get)).toMatchObject({ name: 'InvalidObjectState', status: 403 })
    expect(await failureOf(put('x', { StorageClass: 'PAPER' }))).toMatchObject({ name: 'InvalidStorageClass' })
  })

  it('its attributes', async () => {
    const { ETag } = await put('described', { ChecksumAlgorithm: 'SHA256' })
    const answer = await client.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'described',
        ObjectAttributes: ['ETag', 'Checksum', 'ObjectSize', 'StorageClass'],
      }),
    )
    expect(answer).toMatchObject({
      ETag: ETag?.replaceAll('"', ''),
      ObjectSize: 1,
      StorageClass: 'STANDARD',
      Checksum: { ChecksumSHA256: createHash('sha256').update('x').digest('base64'), ChecksumType: 'FULL_OBJECT' },
    })
  })
})
