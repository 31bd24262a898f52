import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { seeded } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { startBucketProcess } from './testing-child.ts'

const Bucket = 'store'
const KEYS = ['a', 'b/../../a', '/etc/a', 'ä']

/** The bytes that a writer puts: nobody else's look like them at any place. */
const bytesOf = (mark: number, size: number) => Buffer.alloc(size, `${mark};`)

const markIn = (bytes: Uint8Array | undefined): number | undefined =>
  bytes === undefined ? undefined : Number(Buffer.from(bytes).toString('latin1', 0, 12).split(';')[0])

async function read(client: S3Client, Key: string): Promise<Uint8Array | undefined> {
  try {
    return await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray()
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    throw error
  }
}

async function put(client: S3Client, Key: string, Body: Buffer, parts: boolean): Promise<void> {
  if (!parts) return void (await client.send(new PutObjectCommand({ Bucket, Key, Body })))
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body }
  const { ETag } = await client.send(new UploadPartCommand(part))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
}

/** One write as its writer sees it; moments are counted, not measured. */
interface Write {
  readonly key: string
  readonly bytes: Buffer
  readonly begun: number
  ended: number
}

describe('objects under concurrent writers', () => {
  it.each([1, 2])('are read whole, and never older than what was acknowledged before (seed %i)', async seed => {
    const state = mkdtempSync(join(tmpdir(), 'terrace-s3-'))
    const { client, kill } = await startBucketProcess(state)
    const random = seeded(seed)
    const writes = new Map<number, Write>()
    let mark = 100_000
    let moment = 0
    const writer = async (key: string) => {
      for (let count = 0; count < 12; count++) {
        const own = ++mark
        const bytes = bytesOf(own, 10 + random.integer(200_000))
        const write = { key, bytes, begun: ++moment, ended: Number.POSITIVE_INFINITY }
        writes.set(own, write)
        await put(client, key, bytes, random.integer(4) === 0)
        write.ended = ++moment
      }
    }
    const reader = async (key: string) => {
      for (let count = 0; count < 30; count++) {
        const asked = ++moment
        const acknowledged = [...writes.values()].filter(write => write.key === key && write.ended < asked)
        const bytes = await read(client, key)
        const found = writes.get(markIn(bytes) ?? 0)
        if (!found) {
          expect(bytes).toBeUndefined()
          expect(acknowledged).toEqual([])
          continue
        }
        expect(found.key).toBe(key)
        expect(found.bytes.equals(bytes ?? Buffer.alloc(0))).toBe(true)
        // Begun after the found one was over, and over before the read was begun: it would have been overlooked.
        expect(acknowledged.filter(({ begun }) => begun > found.ended)).toEqual([])
      }
    }
    try {
      await Promise.all(KEYS.flatMap(key => [writer(key), writer(key), reader(key)]))
    } finally {
      await kill()
      rmSync(state, { recursive: true, force: true })
    }
  })
})

describe('a cloud that is killed in the middle of uploads', () => {
  it('has after the next start all that was acknowledged, and of the others all or nothing', async () => {
    const state = mkdtempSync(join(tmpdir(), 'terrace-s3-'))
    try {
      const acknowledged = new Map<string, number>()
      const tried = new Map<string, Set<number>>()
      const random = seeded('kill')
      let mark = 100_000
      for (let round = 0; round < 2; round++) {
        const server = await startBucketProcess(state)
        let left = 40 + random.integer(40)
        const killed = Promise.withResolvers<void>()
        const lane = async (name: string) => {
          for (;;) {
            const Key = `${name}/${random.integer(5)}`
            const own = ++mark
            tried.set(Key, (tried.get(Key) ?? new Set()).add(own))
            await put(server.client, Key, bytesOf(own, 300_000), random.integer(3) === 0)
            acknowledged.set(Key, own)
            if (--left === 0) killed.resolve(server.kill())
          }
        }
        const lanes = Array.from({ length: 6 }, (_, index) => lane(`${index}`).catch(() => {}))
        await killed.promise
        await Promise.all(lanes)
      }
      const server = await startBucketProcess(state)
      const { Contents = [] } = await server.client.send(new ListObjectsV2Command({ Bucket }))
      expect(Contents.map(({ Key }) => Key)).toEqual(expect.arrayContaining([...acknowledged.keys()]))
      for (const { Key = '', Size } of Contents) {
        expect(Size).toBe(300_000)
        const bytes = await read(server.client, Key)
        const found = markIn(bytes) ?? 0
        expect(tried.get(Key)).toContain(found)
        expect(found).toBeGreaterThanOrEqual(acknowledged.get(Key) ?? 0)
        expect(Buffer.from(bytes ?? []).equals(bytesOf(found, 300_000))).toBe(true)
        await server.client.send(new DeleteObjectCommand({ Bucket, Key }))
      }
      await server.kill()
    } finally {
      rmSync(state, { recursive: true, force: true })
    }
  })
})
