import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

const MEBIBYTE = 1024 * 1024
const first = randomBytes(5 * MEBIBYTE)
const last = randomBytes(1000)

let cloud: TestCloud
let client: S3Client

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [testBucket('big')], services: [s3] })
  client = new S3Client({ ...clientOptions(cloud.gateway.url) })
})

afterAll(async () => {
  client.destroy()
  await cloud.stop()
})

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest()
const blobs = () => readdirSync(join(cloud.world.folders.data, 's3', 'big', 'blobs')).length

const start = async (Key: string, rest: object = {}) => {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: 'big', Key, ...rest }))
  return { Bucket: 'big', Key, UploadId }
}
type Upload = Awaited<ReturnType<typeof start>>
const part = (upload: Upload, PartNumber: number, Body: Buffer, rest: object = {}) =>
  client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...rest }))
const complete = (upload: Upload, Parts: readonly object[], rest: object = {}) =>
  client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [...Parts] }, ...rest }))

describe('multipart uploads through the SDK', () => {
  it('become one object with the metadata of the start', async () => {
    const upload = await start('whole', { ContentType: 'text/plain', Metadata: { a: '1' } })
    const [b, a] = [await part(upload, 7, last), await part(upload, 2, first)]
    const done = await complete(upload, [
      { PartNumber: 2, ETag: a.ETag },
      { PartNumber: 7, ETag: b.ETag },
    ])
    const etag = `"${createHash('md5')
      .update(Buffer.concat([md5(first), md5(last)]))
      .digest('hex')}-2"`
    expect(done).toMatchObject({ ETag: etag, Bucket: 'big', Key: 'whole' })
    const object = await client.send(new GetObjectCommand({ Bucket: 'big', Key: 'whole' }))
    expect(object).toMatchObject({ ETag: etag, ContentType: 'text/plain', Metadata: { a: '1' } })
    const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? [])
    expect(bytes.equals(Buffer.concat([first, last]))).toBe(true)
    const across = await client.send(
      new GetObjectCommand({ Bucket: 'big', Key: 'whole', Range: `bytes=${first.length - 2}-${first.length + 1}` }),
    )
    const expected = Buffer.concat([first.subarray(-2), last.subarray(0, 2)])
    expect(Buffer.from((await across.Body?.transformToByteArray()) ?? []).equals(expected)).toBe(true)
    const second = await client.send(new HeadObjectCommand({ Bucket: 'big', Key: 'whole', PartNumber: 2 }))
    expect(second).toMatchObject({ ContentLength: last.length, PartsCount: 2 })
  })

  it("have the checksum of the parts' checksums, or with FULL_OBJECT that of the whole", async () => {
    const upload = await start('sums', { ChecksumAlgorithm: 'SHA256' })
    const sent = [
      await part(upload, 1, first, { ChecksumAlgorithm: 'SHA256' }),
      await part(upload, 2, last, { ChecksumAlgorithm: 'SHA256' }),
    ]
    const parts = sent.map(({ ETag, ChecksumSHA256 }, i) => ({ PartNumber: i + 1, ETag, ChecksumSHA256 }))
    const done = await complete(upload, parts)
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest()
    const composite = hash(Buffer.concat([hash(first), hash(last)])).toString('base64')
    expect(done).toMatchObject({ ChecksumSHA256: `${composite}-2`, ChecksumType: 'COMPOSITE' })

    const full = await start('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' })
    const only = await part(full, 1, Buffer.from('123456789'))
    const wrong = complete(full, [{ PartNumber: 1, ETag: only.ETag }], { ChecksumCRC32: 'AAAAAA==' })
    expect(await failureOf(wrong)).toMatchObject({ name: 'BadDigest' })
    const right = await complete(full, [{ PartNumber: 1, ETag: only.ETag }])
    expect(right.ChecksumCRC32).toBe(Buffer.from('cbf43926', 'hex').toString('base64'))
  })

  it('list their parts in pages, and themselves', async () => {
    const upload = await start('listed')
    for (const number of [3, 1, 2]) await part(upload, number, last)
    await part(upload, 2, Buffer.from('again'))
    const page = await client.send(new ListPartsCommand({ ...upload, MaxParts: 2 }))
    expect(page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 1000],
      [2, 5],
    ])
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' })
    const rest = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: page.NextPartNumberMarker }))
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3])
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'big' }))
    expect(Uploads?.map(({ Key, UploadId }) => ({ Key, UploadId }))).toContainEqual({
      Key: 'listed',
      UploadId: upload.UploadId,
    })
  })

  it('leave nothing behind when they are aborted', async () => {
    const before = blobs()
    const upload = await start('aborted')
    await part(upload, 1, last)
    expect(blobs()).toBe(before + 1)
    await client.send(new AbortMultipartUploadCommand(upload))
    expect(await failureOf(part(upload, 2, last))).toMatchObject({ name: 'NoSuchUpload', status: 404 })
    expect(await failureOf(complete(upload, [{ PartNumber: 1, ETag: '"0"' }]))).toMatchObject({ name: 'NoSuchUpload' })
    const missing = client.send(new HeadObjectCommand({ Bucket: 'big', Key: 'aborted' }))
    expect(await failureOf(missing)).toMatchObject({ status: 404 })
    await expect.poll(blobs).toBe(before)
  })

  it('are refused as on AWS when the list of parts is wrong', async () => {
    const upload = await start('wrong')
    const small = await part(upload, 1, last)
    const second = await part(upload, 2, last)
    const one = { PartNumber: 1, ETag: small.ETag }
    const two = { PartNumber: 2, ETag: second.ETag }
    expect(await failureOf(complete(upload, [one, two]))).toMatchObject({ name: 'EntityTooSmall' })
    expect(await failureOf(complete(upload, [two, one]))).toMatchObject({ name: 'InvalidPartOrder' })
    expect(await failureOf(complete(upload, [one, { ...two, PartNumber: 3 }]))).toMatchObject({ name: 'InvalidPart' })
    expect(await failureOf(complete(upload, [{ ...one, ETag: '"00"' }]))).toMatchObject({ name: 'InvalidPart' })
    expect(await failureOf(complete(upload, []))).toMatchObject({ name: 'MalformedXML' })
    expect(await failureOf(part(upload, 10_001, last))).toMatchObject({ name: 'InvalidArgument' })
    expect(await failureOf(part({ ...upload, Key: 'other' }, 1, last))).toMatchObject({ name: 'NoSuchUpload' })
  })

  it('take parts of other objects', async () => {
    const upload = await start('copied')
    const copy = (PartNumber: number, CopySourceRange: string) =>
      client.send(new UploadPartCopyCommand({ ...upload, PartNumber, CopySource: 'big/whole', CopySourceRange }))
    expect(await failureOf(copy(2, 'bytes=0-'))).toMatchObject({ name: 'InvalidArgument' })
    const { CopyPartResult } = await copy(1, `bytes=${first.length}-${first.length + 9}`)
    await complete(upload, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }])
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'big', Key: 'copied' }))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(last.subarray(0, 10))).toBe(true)
  })

  it('honour a conditional completion, of which one of several wins', async () => {
    const uploads = await Promise.all(Array.from({ length: 8 }, () => start('first wins')))
    const completions = uploads.map(async upload => {
      const { ETag } = await part(upload, 1, last)
      return complete(upload, [{ PartNumber: 1, ETag }], { IfNoneMatch: '*' })
    })
    const outcomes = await Promise.allSettled(completions)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})
