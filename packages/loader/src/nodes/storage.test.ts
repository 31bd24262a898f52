import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { days, seconds } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import { afterAll, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrace-storage-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TEMPLATE = `
Resources:
  Pictures:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: pictures
      VersioningConfiguration: { Status: Enabled }
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: alias/pictures }
      NotificationConfiguration:
        EventBridgeConfiguration: { EventBridgeEnabled: true }
        QueueConfigurations:
          - Event: s3:ObjectCreated:*
            Queue: arn:aws:sqs:us-east-1:123456789012:uploads
            Filter: { S3Key: { Rules: [{ Name: prefix, Value: in/ }, { Name: suffix, Value: .jpeg }] } }
        TopicConfigurations:
          - { Event: 's3:ObjectRemoved:*', Topic: 'arn:aws:sns:us-east-1:123456789012:removed' }
        LambdaConfigurations:
          - { Event: 's3:ObjectTagging:*', Function: 'arn:aws:lambda:us-east-1:123456789012:function:tagged' }
      CorsConfiguration:
        CorsRules:
          - AllowedOrigins: [https://shop.example.com]
            AllowedMethods: [PUT]
            AllowedHeaders: ['*']
            ExposedHeaders: [ETag]
            MaxAge: 600
      LifecycleConfiguration:
        Rules:
          - Id: old
            Status: Enabled
            Prefix: tmp/
            ExpirationInDays: 3
            TagFilters: [{ Key: keep, Value: 'no' }]
            ObjectSizeGreaterThan: 10
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }
            NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 2 }
          - { Status: Enabled, ExpirationDate: '2026-12-24T00:00:00Z' }
          - { Status: Enabled, ExpiredObjectDeleteMarker: true }
          - { Status: Disabled, ExpirationInDays: 1 }
  Incoming:
    Type: AWS::S3::Bucket
  IncomingNotifications:
    Type: Custom::S3BucketNotifications
    Properties:
      ServiceToken: arn:aws:lambda:us-east-1:123456789012:function:handler
      BucketName: !Ref Incoming
      Managed: true
      SkipDestinationValidation: false
      NotificationConfiguration:
        QueueConfigurations:
          - Events: ['s3:ObjectCreated:*']
            QueueArn: arn:aws:sqs:us-east-1:123456789012:uploads
            Filter: { Key: { FilterRules: [{ Name: suffix, Value: .csv }] } }
`

describe('a bucket of a template', async () => {
  const file = join(folder, 'template.yaml')
  writeFileSync(file, TEMPLATE)
  const architecture = await load({ kind: 'template', file })
  const [bucket] = nodesOf(architecture, 'bucket')

  it('leaves no property unread', () => {
    expect(architecture.gaps).toEqual([])
  })

  it('has the receivers of its notifications', () => {
    expect(bucket?.notifications).toEqual({
      eventBridge: true,
      targets: [
        {
          target: 'arn:aws:lambda:us-east-1:123456789012:function:tagged',
          events: ['s3:ObjectTagging:*'],
          prefix: '',
          suffix: '',
        },
        {
          target: 'arn:aws:sqs:us-east-1:123456789012:uploads',
          events: ['s3:ObjectCreated:*'],
          prefix: 'in/',
          suffix: '.jpeg',
        },
        {
          target: 'arn:aws:sns:us-east-1:123456789012:removed',
          events: ['s3:ObjectRemoved:*'],
          prefix: '',
          suffix: '',
        },
      ],
    })
  })

  it('has the receivers that the CDK sets by a custom resource', () => {
    const incoming = nodesOf(architecture, 'bucket').find(({ origin }) => origin.logicalId === 'Incoming')
    expect(incoming?.notifications).toEqual({
      eventBridge: false,
      targets: [
        {
          target: 'arn:aws:sqs:us-east-1:123456789012:uploads',
          events: ['s3:ObjectCreated:*'],
          prefix: '',
          suffix: '.csv',
        },
      ],
    })
  })

  it('has its lifecycle, without the rules that are off', () => {
    expect(bucket?.lifecycle).toEqual([
      {
        id: 'old',
        prefix: 'tmp/',
        objectTags: { keep: 'no' },
        largerThan: 10,
        expireAfter: days(3),
        expireNoncurrentAfter: days(7),
        keptNoncurrent: 2,
        abortIncompleteUploadsAfter: days(1),
      },
      { prefix: '', expireAt: Date.UTC(2026, 11, 24) },
      { prefix: '', removeLoneMarkers: true },
    ])
  })

  it('says which pages of other origins may call, and with which key it is encrypted', () => {
    expect(bucket).toMatchObject({
      encryption: 'aws:kms',
      encryptionKey: 'alias/pictures',
      cors: [
        {
          allowedOrigins: ['https://shop.example.com'],
          allowedMethods: ['PUT'],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: seconds(600),
        },
      ],
    })
  })
})
