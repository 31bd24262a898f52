import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

let cloud: TestCloud
let client: S3Client

beforeAll(async () => {
  cloud = await startTestCloud({
    nodes: [testBucket('site'), testBucket('lists'), testBucket('other')],
    services: [s3],
  })
  client = new S3Client({ ...clientOptions(cloud.gateway.url) })
})

afterAll(async () => {
  client.destroy()
  await cloud.stop()
})

const put = (Key: string, Body: string | Buffer, rest: object = {}, Bucket = 'site') =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }))
const get = (Key: string, rest: object = {}) => client.send(new GetObjectCommand({ Bucket: 'site', Key, ...rest }))
const textOf = async (Key: string, rest: object = {}) => (await get(Key, rest)).Body?.transformToString()

describe('objects through the SDK', () => {
  it('L-06: keeps what is put, with its type and metadata', async () => {
    const answer = await put('index.html', '<h1>Library</h1>', {
      ContentType: 'text/html',
      CacheControl: 'no-cache',
      Metadata: { Origin: 'build' },
    })
    expect(answer.ETag).toBe(`"${createHash('md5').update('<h1>Library</h1>').digest('hex')}"`)
    expect(answer.ServerSideEncryption).toBe('AES256')
    const object = await get('index.html')
    expect(await object.Body?.transformToString()).toBe('<h1>Library</h1>')
    expect(object).toMatchObject({
      ContentType: 'text/html',
      CacheControl: 'no-cache',
      Metadata: { origin: 'build' },
      ContentLength: 16,
      AcceptRanges: 'bytes',
    })
    expect(await client.send(new HeadObjectCommand({ Bucket: 'site', Key: 'index.html' }))).toMatchObject({
      ContentLength: 16,
      ContentType: 'text/html',
    })
  })

  it('stores an empty object, with the type that the SDK says when nobody else does', async () => {
    await put('empty', '')
    const object = await get('empty')
    expect(object.ContentType).toBe('application/octet-stream')
    expect(await object.Body?.transformToString()).toBe('')
  })

  it('takes a stream as aws-chunked with a checksum in the trailer, and keeps no trace of that framing', async () => {
    const bytes = Buffer.alloc(300_000, 'stream ')
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)], { objectMode: false })
    await client.send(
      new PutObjectCommand({
        Bucket: 'site',
        Key: 'stream',
        Body,
        ContentLength: bytes.length,
        ContentEncoding: 'gzip',
      }),
    )
    const object = await get('stream')
    expect(object.ContentEncoding).toBe('gzip')
    expect(object.ChecksumCRC32).toMatch(/^.{6}==$/)
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  })

  // Known checksums of these nine digits: "Catalogue of parametrised CRC algorithms", FIPS 180-4.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ])('verifies and returns a %s checksum', async (algorithm, hex) => {
    const sum = Buffer.from(hex, 'hex').toString('base64')
    const answer = await put('checked', '123456789', { [`Checksum${algorithm}`]: sum })
    expect(answer).toMatchObject({ [`Checksum${algorithm}`]: sum, ChecksumType: 'FULL_OBJECT' })
    const wrong = put('checked', '12345678X', { [`Checksum${algorithm}`]: sum })
    expect(await failureOf(wrong)).toMatchObject({ name: 'BadDigest', status: 400 })
    const head = new HeadObjectCommand({ Bucket: 'site', Key: 'checked', ChecksumMode: 'ENABLED' })
    expect(await client.send(head)).toMatchObject({ [`Checksum${algorithm}`]: sum })
  })

  it('refuses a body that is not what Content-MD5 says', async () => {
    const ContentMD5 = createHash('md5').update('a').digest('base64')
    expect(await failureOf(put('md5', 'b', { ContentMD5 }))).toMatchObject({ name: 'BadDigest', status: 400 })
    expect(await failureOf(put('md5', 'b', { ContentMD5: 'AAAA' }))).toMatchObject({ name: 'InvalidDigest' })
    await put('md5', 'a', { ContentMD5 })
  })

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
  ])('answers the range %s with that part', async (Range, body, ContentRange) => {
    await put('digits', '0123456789')
    const object = await get('digits', { Range })
    expect(object.$metadata.httpStatusCode).toBe(206)
    expect(object.ContentRange).toBe(ContentRange)
    expect(await object.Body?.transformToString()).toBe(body)
  })

  it('refuses a range beyond the end, and ignores several ranges', async () => {
    await put('digits', '0123456789')
    expect(await failureOf(get('digits', { Range: 'bytes=10-' }))).toMatchObject({ name: 'InvalidRange', status: 416 })
    expect(await textOf('digits', { Range: 'bytes=0-1,4-5' })).toBe('0123456789')
  })

  it('answers conditional reads', async () => {
    const { ETag } = await put('conditional', 'x')
    const past = new Date(Date.UTC(2020, 0, 1))
    const future = new Date(Date.UTC(2099, 0, 1))
    expect(await textOf('conditional', { IfMatch: ETag })).toBe('x')
    expect(await textOf('conditional', { IfMatch: ETag, IfUnmodifiedSince: past })).toBe('x')
    expect(await failureOf(get('conditional', { IfMatch: '"0"' }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    })
    expect(await failureOf(get('conditional', { IfUnmodifiedSince: past }))).toMatchObject({ status: 412 })
    expect(await failureOf(get('conditional', { IfNoneMatch: ETag }))).toMatchObject({ status: 304 })
    expect(await failureOf(get('conditional', { IfModifiedSince: future }))).toMatchObject({ status: 304 })
    expect(await failureOf(get('conditional', { IfNoneMatch: ETag, IfModifiedSince: past }))).toMatchObject({
      status: 304,
    })
  })

  it('answers conditional writes', async () => {
    await put('once', '1', { IfNoneMatch: '*' })
    expect(await failureOf(put('once', '2', { IfNoneMatch: '*' }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    })
    const { ETag } = await get('once')
    await put('once', '2', { IfMatch: ETag })
    expect(await failureOf(put('once', '3', { IfMatch: ETag }))).toMatchObject({ status: 412 })
    expect(await failureOf(put('never', '1', { IfMatch: ETag }))).toMatchObject({ name: 'NoSuchKey', status: 404 })
    expect(await textOf('once')).toBe('2')
  })

  it('lets exactly one of many simultaneous conditional writes through', async () => {
    const writes = Array.from({ length: 40 }, (_, i) => put('race', `writer ${i}`, { IfNoneMatch: '*' }))
    const outcomes = await Promise.allSettled(writes)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('gives a reader the object as it was when he began, also when it is replaced and removed meanwhile', async () => {
    const before = Buffer.alloc(4_000_000, 'before')
    await put('moving', before)
    const { Body } = await get('moving')
    await put('moving', 'after')
    await client.send(new DeleteObjectCommand({ Bucket: 'site', Key: 'moving' }))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(before)).toBe(true)
  })

  it('sends other header fields when a signed request asks for them', async () => {
    await put('report', 'x')
    const object = await get('report', { ResponseContentType: 'text/csv', ResponseContentDisposition: 'attachment' })
    expect(object).toMatchObject({ ContentType: 'text/csv', ContentDisposition: 'attachment' })
  })

  it('copies with the metadata of the source, or with new', async () => {
    await put('from/ä b.txt', 'copied', { ContentType: 'text/plain', Metadata: { a: '1' } })
    const CopySource = `site/${encodeURIComponent('from/ä b.txt')}`
    const copy = (Key: string, rest: object = {}) =>
      client.send(new CopyObjectCommand({ Bucket: 'other', Key, CopySource, ...rest }))
    const result = await copy('same')
    expect(result.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update('copied').digest('hex')}"`)
    await copy('new', { MetadataDirective: 'REPLACE', ContentType: 'text/html', Metadata: { b: '2' } })
    const head = (Key: string) => client.send(new HeadObjectCommand({ Bucket: 'other', Key }))
    expect(await head('same')).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } })
    expect(await head('new')).toMatchObject({ ContentType: 'text/html', Metadata: { b: '2' } })
    const onItself = client.send(new CopyObjectCommand({ Bucket: 'other', Key: 'same', CopySource: 'other/same' }))
    expect(await failureOf(onItself)).toMatchObject({ name: 'InvalidRequest', status: 400 })
    expect(await failureOf(copy('x', { CopySource: 'site/missing' }))).toMatchObject({ name: 'NoSuchKey' })
  })

  it('removes one, several, and what is not there', async () => {
    await Promise.all(['a', 'b', 'c'].map(key => put(`gone/${key}`, key)))
    await client.send(new DeleteObjectCommand({ Bucket: 'site', Key: 'gone/a' }))
    await client.send(new DeleteObjectCommand({ Bucket: 'site', Key: 'gone/a' }))
    const answer = await client.send(
      new DeleteObjectsCommand({
        Bucket: 'site',
        Delete: { Objects: [{ Key: 'gone/b' }, { Key: 'gone/c' }, { Key: 'gone/never & <ever>' }] },
      }),
    )
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['gone/b', 'gone/c', 'gone/never & <ever>'])
    expect(await failureOf(get('gone/b'))).toMatchObject({ name: 'NoSuchKey', status: 404 })
  })

  it('refuses keys and metadata that are too long', async () => {
    expect(await failureOf(put('k'.repeat(1025), ''))).toMatchObject({ name: 'KeyTooLongError', status: 400 })
    await put('ä'.repeat(512), '')
    expect(await failureOf(put('m', '', { Metadata: { a: 'x'.repeat(2048) } }))).toMatchObject({
      name: 'MetadataTooLarge',
    })
  })

  it('refuses by name what is not emulated', async () => {
    const website = client.send(
      new PutBucketWebsiteCommand({
        Bucket: 'site',
        WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } },
      }),
    )
    expect(await failureOf(website)).toMatchObject({ name: 'NotImplemented', status: 501 })
    expect((await failureOf(website)).message).toContain('PutBucketWebsite')
    expect((await failureOf(website)).message).toContain('docs/coverage.md')
    expect((await failureOf(put('w', '', { WebsiteRedirectLocation: '/x' }))).message).toContain(
      'x-amz-website-redirect-location',
    )
    expect(await failureOf(put('acl', '', { ACL: 'public-read' }))).toMatchObject({
      name: 'AccessControlListNotSupported',
    })
  })
})

describe('buckets through the SDK', () => {
  it('L-15: lists those of the template, and says where they are', async () => {
    const { Buckets } = await client.send(new ListBucketsCommand())
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['lists', 'other', 'site'])
    expect(Buckets?.[0]?.CreationDate?.getTime()).toBeGreaterThan(0)
    expect((await client.send(new ListBucketsCommand({ MaxBuckets: 1 }))).ContinuationToken).toBe('lists')
    expect(await client.send(new HeadBucketCommand({ Bucket: 'site' }))).toMatchObject({ BucketRegion: 'us-east-1' })
    expect((await client.send(new GetBucketLocationCommand({ Bucket: 'site' }))).LocationConstraint).toBeFalsy()
  })

  it('says that a bucket or its policy is not there', async () => {
    expect(await failureOf(client.send(new HeadBucketCommand({ Bucket: 'nowhere' })))).toMatchObject({ status: 404 })
    expect(await failureOf(put('x', '', {}, 'nowhere'))).toMatchObject({ name: 'NoSuchBucket', status: 404 })
    const policyOf = client.send(new GetBucketPolicyCommand({ Bucket: 'site' }))
    expect(await failureOf(policyOf)).toMatchObject({ name: 'NoSuchBucketPolicy', status: 404 })
  })

  it('lists in the order of UTF-8, by prefix, in groups and in pages', async () => {
    const keys = ['a', 'a/1', 'a/2', 'a/b/3', 'a!', 'b', 'z\u{1F600}', 'z\uFFFD', 'ä & <b>']
    await Promise.all(keys.map(key => put(key, key, {}, 'lists')))
    const list = (rest: object = {}) => client.send(new ListObjectsV2Command({ Bucket: 'lists', ...rest }))
    const all = await list()
    const inBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(all.Contents?.map(({ Key }) => Key)).toEqual(inBytes)
    expect(all).toMatchObject({ KeyCount: keys.length, IsTruncated: false })
    expect((await list({ Prefix: 'a/' })).Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2', 'a/b/3'])
    const groups = await list({ Delimiter: '/' })
    expect(groups.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/'])
    expect(groups.KeyCount).toBe(7)
    const paged: (string | undefined)[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await list({ MaxKeys: 2, Delimiter: '/', ContinuationToken })
      paged.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      )
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken)
    expect(paged.toSorted()).toEqual([...keys.filter(key => !key.startsWith('a/')), 'a/'].toSorted())
    expect((await list({ StartAfter: 'b' })).Contents?.[0]?.Key).toBe('z\uFFFD')
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false })
    expect(await failureOf(list({ ContinuationToken: 'wrong' }))).toMatchObject({
      name: 'InvalidArgument',
      status: 400,
    })
  })

  it('lists the old way with markers', async () => {
    const list = (rest: object) =>
      client.send(new ListObjectsCommand({ Bucket: 'lists', Delimiter: '/', MaxKeys: 3, ...rest }))
    const first = await list({})
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'a/' })
    const second = await list({ Marker: first.NextMarker })
    expect(second.Contents?.[0]?.Key).toBe('b')
  })
})
