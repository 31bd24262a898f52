import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

let state: string
let cloud: TestCloud
let client: S3Client

const start = async () => {
  cloud = await startTestCloud({
    nodes: [testBucket('kept', { versioning: true }), testBucket('flat')],
    services: [s3],
    state,
  })
  client = new S3Client({ ...clientOptions(cloud.gateway.url) })
}

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'terrace-s3-'))
  await start()
})

afterEach(async () => {
  client.destroy()
  await cloud.stop()
  rmSync(state, { recursive: true, force: true })
})

const put = (Key: string, Body: string, Bucket = 'kept') => client.send(new PutObjectCommand({ Bucket, Key, Body }))
const remove = (Key: string, VersionId?: string, Bucket = 'kept') =>
  client.send(new DeleteObjectCommand({ Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) }))
const read = async (Key: string, VersionId?: string, Bucket = 'kept') =>
  (await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString()
const suspend = (Status: 'Enabled' | 'Suspended', Bucket = 'kept') =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
const versions = async (rest: object = {}, Bucket = 'kept') =>
  await client.send(new ListObjectVersionsCommand({ Bucket, ...rest }))

describe('a bucket that keeps versions', () => {
  it('gives every write an id, and every version back by it', async () => {
    const { VersionId: first } = await put('a', 'one')
    const { VersionId: second } = await put('a', 'two')
    expect(first).toMatch(/^[\w.-]{32}$/)
    expect(second).not.toBe(first)
    expect(await read('a')).toBe('two')
    expect(await read('a', first)).toBe('one')
    expect(await client.send(new HeadObjectCommand({ Bucket: 'kept', Key: 'a' }))).toMatchObject({ VersionId: second })
    expect(await failureOf(read('a', 'x'.repeat(32)))).toMatchObject({ name: 'NoSuchVersion', status: 404 })
    expect(await failureOf(read('a', 'not an id'))).toMatchObject({ name: 'InvalidArgument', status: 400 })
  })

  it('hides what is removed behind a delete marker, and shows it again when the marker is removed', async () => {
    const { VersionId } = await put('a', 'one')
    const removed = await remove('a')
    expect(removed.DeleteMarker).toBe(true)
    const gone = await failureOf(read('a'))
    expect(gone).toMatchObject({ name: 'NoSuchKey', status: 404 })
    expect((await client.send(new ListObjectsV2Command({ Bucket: 'kept' }))).KeyCount).toBe(0)
    expect(await read('a', VersionId)).toBe('one')
    expect(await failureOf(read('a', removed.VersionId))).toMatchObject({ name: 'MethodNotAllowed', status: 405 })
    expect(await remove('a', removed.VersionId)).toMatchObject({ DeleteMarker: true, VersionId: removed.VersionId })
    expect(await read('a')).toBe('one')
    await remove('a', VersionId)
    expect((await versions()).Versions).toBeUndefined()
  })

  it('takes a conditional write over a delete marker for the first', async () => {
    await put('a', 'one')
    await remove('a')
    const first = new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: 'two', IfNoneMatch: '*' })
    await client.send(first)
    expect(await failureOf(client.send(first))).toMatchObject({ name: 'PreconditionFailed', status: 412 })
  })

  it('brings an older version back by a copy of it', async () => {
    const { VersionId } = await put('a', 'one')
    await put('a', 'two')
    const CopySource = `kept/a?versionId=${VersionId}`
    const copied = await client.send(new CopyObjectCommand({ Bucket: 'kept', Key: 'a', CopySource }))
    expect(copied.CopySourceVersionId).toBe(VersionId)
    expect(await read('a')).toBe('one')
  })

  it('while suspended writes the version null, in place of the one before', async () => {
    const { VersionId } = await put('a', 'kept')
    await suspend('Suspended')
    expect((await put('a', 'null 1')).VersionId).toBe('null')
    await put('a', 'null 2')
    expect((await versions()).Versions?.map(version => version.VersionId)).toEqual(['null', VersionId])
    expect(await remove('a')).toMatchObject({ DeleteMarker: true, VersionId: 'null' })
    const list = await versions()
    expect(list.DeleteMarkers).toMatchObject([{ VersionId: 'null', IsLatest: true }])
    expect(list.Versions).toMatchObject([{ VersionId, IsLatest: false }])
  })

  it('keeps what was there before versioning as the version null', async () => {
    await put('a', 'before', 'flat')
    await suspend('Enabled', 'flat')
    expect(await client.send(new GetBucketVersioningCommand({ Bucket: 'flat' }))).toMatchObject({ Status: 'Enabled' })
    const { VersionId } = await put('a', 'after', 'flat')
    const ids = (await versions({}, 'flat')).Versions?.map(version => version.VersionId)
    expect(ids).toEqual([VersionId, 'null'])
    expect(await read('a', 'null', 'flat')).toBe('before')
  })

  it('lists versions in pages, the newest of each key first, with groups', async () => {
    for (const key of ['a', 'b/1', 'b/2', 'c']) for (const body of ['1', '2']) await put(key, body)
    const paged: string[] = []
    let markers: object = {}
    for (;;) {
      const page = await versions({ MaxKeys: 3, ...markers })
      paged.push(...(page.Versions ?? []).map(({ Key, IsLatest }) => `${Key} ${IsLatest}`))
      if (!page.IsTruncated) break
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
    expect(paged).toEqual(['a', 'b/1', 'b/2', 'c'].flatMap(key => [`${key} true`, `${key} false`]))
    const groups = await versions({ Delimiter: '/' })
    expect(groups.CommonPrefixes).toEqual([{ Prefix: 'b/' }])
    expect(groups.Versions).toHaveLength(4)
    const second = await versions({ Delimiter: '/', MaxKeys: 3 })
    expect(second).toMatchObject({ NextKeyMarker: 'b/', IsTruncated: true })
    expect((await versions({ Delimiter: '/', KeyMarker: 'b/' })).Versions?.map(({ Key }) => Key)).toEqual(['c', 'c'])
  })

  it('removes several versions and keys in one call', async () => {
    const { VersionId } = await put('a', 'one')
    await put('b', 'one')
    const answer = await client.send(
      new DeleteObjectsCommand({ Bucket: 'kept', Delete: { Objects: [{ Key: 'a', VersionId }, { Key: 'b' }] } }),
    )
    expect(answer.Deleted).toEqual([
      { Key: 'a', VersionId },
      { Key: 'b', DeleteMarker: true, DeleteMarkerVersionId: expect.stringMatching(/^\w{32}$/) },
    ])
  })

  it('has all of it after a restart', async () => {
    const { VersionId } = await put('a', 'one')
    await put('a', 'two')
    await remove('b')
    const before = await versions()
    client.destroy()
    await cloud.stop()
    await start()
    expect({ ...(await versions()), $metadata: 0 }).toEqual({ ...before, $metadata: 0 })
    expect(await read('a', VersionId)).toBe('one')
  })

  it('is empty only when its last version and its last delete marker are gone', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'made' }))
    await suspend('Enabled', 'made')
    const { VersionId } = await put('a', 'one', 'made')
    const marker = await remove('a', undefined, 'made')
    const destroy = () => client.send(new DeleteBucketCommand({ Bucket: 'made' }))
    expect(await failureOf(destroy())).toMatchObject({ name: 'BucketNotEmpty', status: 409 })
    await remove('a', VersionId, 'made')
    expect(await failureOf(destroy())).toMatchObject({ name: 'BucketNotEmpty' })
    await remove('a', marker.VersionId, 'made')
    await destroy()
    expect(await failureOf(destroy())).toMatchObject({ name: 'NoSuchBucket', status: 404 })
  })
})
