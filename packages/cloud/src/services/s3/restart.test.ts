import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-s3-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

const start = () => startTestCloud({ nodes: [testBucket('kept')], services: [s3], state })
const clientOf = (cloud: TestCloud) => new S3Client({ ...clientOptions(cloud.gateway.url) })
const folder = (name: string) => join(state, 'data', 's3', 'kept', name)

describe('a restart', () => {
  it('keeps objects with all that belongs to them, and uploads in progress', async () => {
    const before = await start()
    const first = clientOf(before)
    await first.send(
      new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: 'A', ContentType: 'text/x', Metadata: { m: '1' } }),
    )
    const { UploadId } = await first.send(
      new CreateMultipartUploadCommand({ Bucket: 'kept', Key: 'b', ContentType: 'text/y' }),
    )
    const { ETag } = await first.send(
      new UploadPartCommand({ Bucket: 'kept', Key: 'b', UploadId, PartNumber: 1, Body: 'B' }),
    )
    await before.stop()

    await using after = await start()
    const second = clientOf(after)
    const a = await second.send(new GetObjectCommand({ Bucket: 'kept', Key: 'a' }))
    expect(await a.Body?.transformToString()).toBe('A')
    expect(a).toMatchObject({ ContentType: 'text/x', Metadata: { m: '1' } })
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await second.send(new CompleteMultipartUploadCommand({ Bucket: 'kept', Key: 'b', UploadId, MultipartUpload }))
    const b = await second.send(new GetObjectCommand({ Bucket: 'kept', Key: 'b' }))
    expect(await b.Body?.transformToString()).toBe('B')
    expect(b.ContentType).toBe('text/y')
  })

  it('sweeps away what a crash left, and nothing else', async () => {
    const before = await start()
    await clientOf(before).send(new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: 'A' }))
    await before.stop()
    writeFileSync(join(folder('blobs'), 'halfwritten'), 'x')
    writeFileSync(join(folder('objects'), 'abc.json.new'), 'x')
    await using after = await start()
    await expect.poll(() => readdirSync(folder('blobs')).length).toBe(1)
    expect(readdirSync(folder('objects'))).toHaveLength(1)
    const a = await clientOf(after).send(new GetObjectCommand({ Bucket: 'kept', Key: 'a' }))
    expect(await a.Body?.transformToString()).toBe('A')
  })

  it('names a file that is damaged, and the way out', async () => {
    await (await start()).stop()
    writeFileSync(join(folder('objects'), 'broken.json'), '{')
    await expect(start()).rejects.toMatchObject({
      code: 'S3_STATE_CORRUPT',
      hint: expect.stringContaining('terrace reset'),
    })
  })

  it('leaves files that only the user can read', async () => {
    await using cloud = await start()
    await clientOf(cloud).send(new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: 'A' }))
    for (const name of ['objects', 'blobs', 'uploads']) {
      expect(statSync(folder(name)).mode & 0o077).toBe(0)
      for (const file of readdirSync(folder(name))) expect(statSync(join(folder(name), file)).mode & 0o077).toBe(0)
    }
  })
})
