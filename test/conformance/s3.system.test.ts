import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const s3 = () => client(S3Client)
const at = (Key: string) => ({ Bucket: output('Bucket'), Key })
const KEYS = [
  'open/hello.txt',
  'closed/hello.txt',
  'list/a',
  'list/b/1',
  'list/b/2',
  'list/ä',
  'copy',
  'parts',
  'by-hand.txt',
]
const etag = `"${createHash('md5').update('hello').digest('hex')}"`

beforeAll(async () => {
  for (const Key of KEYS.slice(0, 6)) {
    await s3().send(
      new PutObjectCommand({ ...at(Key), Body: 'hello', ContentType: 'text/plain', Metadata: { colour: 'red' } }),
    )
  }
})
afterAll(async () => {
  const Objects = KEYS.map(Key => ({ Key }))
  await s3().send(new DeleteObjectsCommand({ Bucket: output('Bucket'), Delete: { Objects } }))
})

describe('an object', () => {
  it('is read as it was written', async () => {
    const { Body, ...rest } = await s3().send(new GetObjectCommand(at('open/hello.txt')))
    expect(await Body?.transformToString()).toBe('hello')
    expect(rest).toMatchObject({
      ContentType: 'text/plain',
      ContentLength: 5,
      ETag: etag,
      AcceptRanges: 'bytes',
      Metadata: { colour: 'red' },
      LastModified: expect.any(Date),
      ServerSideEncryption: 'AES256',
    })
  })

  it('is read in part', async () => {
    const { Body, ...rest } = await s3().send(new GetObjectCommand({ ...at('open/hello.txt'), Range: 'bytes=1-2' }))
    expect(await Body?.transformToString()).toBe('el')
    expect(rest).toMatchObject({ ContentRange: 'bytes 1-2/5', ContentLength: 2, $metadata: { httpStatusCode: 206 } })
  })

  it('is copied with its metadata', async () => {
    const copied = await s3().send(
      new CopyObjectCommand({ ...at('copy'), CopySource: `${output('Bucket')}/open/hello.txt` }),
    )
    expect(copied.CopyObjectResult).toMatchObject({ ETag: etag, LastModified: expect.any(Date) })
    expect(await s3().send(new HeadObjectCommand(at('copy')))).toMatchObject({ Metadata: { colour: 'red' } })
  })

  it('is put together from parts, and its ETag counts them', async () => {
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand(at('parts')))
    const upload = { ...at('parts'), UploadId }
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('b')]
    const Parts: { PartNumber: number; ETag: string }[] = []
    for (const [i, Body] of bodies.entries()) {
      const { ETag = '' } = await s3().send(new UploadPartCommand({ ...upload, PartNumber: i + 1, Body }))
      Parts.push({ PartNumber: i + 1, ETag })
    }
    const listed = await s3().send(new ListPartsCommand({ ...upload, MaxParts: 1 }))
    expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1', Parts: [{ PartNumber: 1 }] })
    const { ETag } = await s3().send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
    const digests = Buffer.concat(bodies.map(body => createHash('md5').update(body).digest()))
    expect(ETag).toBe(`"${createHash('md5').update(digests).digest('hex')}-2"`)
    expect((await s3().send(new HeadObjectCommand(at('parts')))).ContentLength).toBe(5 * 1024 * 1024 + 1)
  })
})

describe('a list', () => {
  it('folds what has a delimiter, in the order of UTF-8', async () => {
    const answer = await s3().send(
      new ListObjectsV2Command({ Bucket: output('Bucket'), Prefix: 'list/', Delimiter: '/' }),
    )
    expect(answer).toMatchObject({ KeyCount: 3, IsTruncated: false, Prefix: 'list/', Delimiter: '/', MaxKeys: 1000 })
    expect(answer.Contents?.map(each => each.Key)).toEqual(['list/a', 'list/ä'])
    expect(answer.Contents?.[0]).toMatchObject({ ETag: etag, Size: 5, StorageClass: 'STANDARD' })
    expect(answer.CommonPrefixes).toEqual([{ Prefix: 'list/b/' }])
  })

  it('comes in pages, each key once', async () => {
    const page = { Bucket: output('Bucket'), Prefix: 'list/', MaxKeys: 3 }
    const first = await s3().send(new ListObjectsV2Command(page))
    const second = await s3().send(
      new ListObjectsV2Command({ ...page, ContinuationToken: first.NextContinuationToken }),
    )
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false])
    expect([first, second].flatMap(({ Contents }) => Contents?.map(each => each.Key))).toEqual([
      'list/a',
      'list/b/1',
      'list/b/2',
      'list/ä',
    ])
  })
})

describe('a bucket', () => {
  it('tells its region and that it is closed to the public', async () => {
    const head = await s3().send(new HeadBucketCommand({ Bucket: output('Bucket') }))
    expect(head.BucketRegion).toBe(output('Region'))
    const block = await s3().send(new GetPublicAccessBlockCommand({ Bucket: output('Bucket') }))
    expect(block.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    })
  })
})

describe('what S3 refuses', () => {
  const Bucket = `terrace-nobody-${Date.now()}`
  it.each<[name: string, status: number, code: string, call: () => Promise<unknown>]>([
    ['a key that is not there', 404, 'NoSuchKey', () => s3().send(new GetObjectCommand(at('nobody')))],
    ['to tell of a key that is not there', 404, 'NotFound', () => s3().send(new HeadObjectCommand(at('nobody')))],
    ['a bucket that is not there', 404, 'NoSuchBucket', () => s3().send(new GetObjectCommand({ Bucket, Key: 'x' }))],
    [
      'a policy that is not there',
      404,
      'NoSuchBucketPolicy',
      () => s3().send(new GetBucketPolicyCommand({ Bucket: output('Bucket') })),
    ],
    [
      'a range behind the end',
      416,
      'InvalidRange',
      () => s3().send(new GetObjectCommand({ ...at('open/hello.txt'), Range: 'bytes=100-' })),
    ],
    [
      'another version than it has',
      412,
      'PreconditionFailed',
      () => s3().send(new GetObjectCommand({ ...at('open/hello.txt'), IfMatch: '"0123"' })),
    ],
    [
      'to overwrite what must not be there',
      412,
      'PreconditionFailed',
      () => s3().send(new PutObjectCommand({ ...at('open/hello.txt'), Body: 'again', IfNoneMatch: '*' })),
    ],
    [
      'an upload that nobody began',
      404,
      'NoSuchUpload',
      () => s3().send(new AbortMultipartUploadCommand({ ...at('parts'), UploadId: 'nobody' })),
    ],
    [
      'a token that it did not give',
      400,
      'InvalidArgument',
      () => s3().send(new ListObjectsV2Command({ Bucket: output('Bucket'), ContinuationToken: 'x' })),
    ],
  ])('%s', async (_, status, code, call) => {
    expect(await failureOf(call())).toMatchObject({ status, code })
  })

  it('to send what the caller has already', async () => {
    const call = s3().send(new GetObjectCommand({ ...at('open/hello.txt'), IfNoneMatch: etag }))
    expect((await failureOf(call)).status).toBe(304)
  })

  it('what the role of the caller does not allow, and whether a key is there', async () => {
    const limited = await operator(S3Client)
    const { Body } = await limited.send(new GetObjectCommand(at('open/hello.txt')))
    expect(await Body?.transformToString()).toBe('hello')
    expect(await failureOf(limited.send(new GetObjectCommand(at('closed/hello.txt'))))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: expect.stringMatching(
        /^User: arn:\S+ is not authorized to perform: s3:GetObject on resource: "arn:aws[a-z-]*:s3:::\S+\/closed\/hello\.txt" because no identity-based policy allows the s3:GetObject action$/,
      ),
    })
    expect(await failureOf(limited.send(new GetObjectCommand(at('open/nobody'))))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
    })
  })
})

describe('an operator moves files', () => {
  operatorTypes(target, [
    {
      does: 'copies a file there and back',
      types: `echo by hand | aws s3 cp - s3://$Bucket/by-hand.txt && aws s3 cp s3://$Bucket/by-hand.txt -`,
      prints: /by hand\n$/,
    },
    {
      does: 'lists a folder',
      types: 'aws s3 ls s3://$Bucket/list/',
      prints: /^ {27}PRE b\/\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {10}5 a\n[-\d: ]+ 5 ä\n$/,
    },
    {
      does: 'asks for the metadata of an object',
      types:
        'aws s3api head-object --bucket $Bucket --key open/hello.txt --query "[ContentLength,Metadata.colour]" --output text',
      prints: '5\tred\n',
    },
    {
      does: 'says what is missing',
      types: 'aws s3api get-object --bucket $Bucket --key nobody /dev/null',
      fails: true,
      prints:
        /An error occurred \(NoSuchKey\) when calling the GetObject operation: The specified key does not exist\./,
    },
  ])
})
