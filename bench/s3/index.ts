import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { startBucketProcess } from '../../packages/cloud/src/services/s3/testing-child.ts'
import type { Bench, Figure } from '../figure.ts'
import { rounded } from '../running.ts'
import { PlainClient } from './plain.ts'

const MIB = 1024 ** 2
const LANES = 16
const Bucket = 'store'

/** Objects through the gateway: small ones against copying files, and a large one in bounded memory. */
export const bench: Bench = {
  name: 's3',
  describe: '1 MB objects put and got sixteen at once, against Node copying the files, and 1 GB by multipart',
  async *run({ quick }) {
    const folder = await mkdtemp(join(tmpdir(), 'bs3-'))
    try {
      yield* throughput(folder, quick ? 64 : 512)
      yield* large(folder, quick ? 64 : 1024)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function* throughput(folder: string, objects: number): AsyncGenerator<Figure> {
  const server = await startBucketProcess(join(folder, 'small'))
  const client = new PlainClient(server.url)
  try {
    const source = join(folder, 'source')
    await writeFile(source, Buffer.alloc(1_000_000, 'terrace '))
    const ours = (key: number) => putAndGet(client, source, join(folder, `got-${key % LANES}`), key)
    const theirs = (key: number) => copyTwice(source, folder, key)
    await inLanes(LANES * 4, ours)
    await inLanes(LANES * 4, theirs)
    // In turns, so that whatever else the machine does hits both.
    const rates = { ours: [] as number[], theirs: [] as number[] }
    for (let round = 0; round < 4; round++) {
      rates.ours.push(await inLanes(objects / 4, ours))
      rates.theirs.push(await inLanes(objects / 4, theirs))
    }
    const [own, peer] = [median(rates.ours), median(rates.theirs)]
    yield {
      bench: 's3',
      figure: '1 MB put and got, 16 at once, against Node copying the same file there and back',
      ours: rounded(own, 0),
      peer: rounded(peer, 0),
      ratio: rounded(own / peer, 2),
      unit: 'objects/s',
      bar: '≥ 0.3×',
      pass: own / peer >= 0.3,
      note: 'a bare client on sockets and the cloud are two processes on the same machine; bodies stream from and to files',
    }
  } finally {
    client.close()
    await server.kill()
  }
}

async function putAndGet(client: PlainClient, source: string, target: string, key: number): Promise<void> {
  await client.put(`/${Bucket}/${key % 100}`, source)
  await client.get(`/${Bucket}/${key % 100}`, target)
}

async function copyTwice(source: string, folder: string, key: number): Promise<void> {
  const there = join(folder, `there-${key % 100}`)
  await copyFile(source, there)
  await copyFile(there, join(folder, `back-${key % LANES}`))
}

/** Runs an action that often, so many at once; actions a second. */
async function inLanes(count: number, action: (index: number) => Promise<void>): Promise<number> {
  const begun = performance.now()
  let next = 0
  const lane = async () => {
    while (next < count) await action(next++)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return count / ((performance.now() - begun) / 1000)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

async function* large(folder: string, mebibytes: number): AsyncGenerator<Figure> {
  const server = await startBucketProcess(join(folder, 'large'))
  const { client } = server
  try {
    const Key = 'large'
    const Body = Buffer.alloc(16 * MIB, 'terrace ')
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const numbers = Array.from({ length: mebibytes / 16 }, (_, index) => index + 1)
    const parts: { PartNumber: number; ETag: string | undefined }[] = []
    const begun = performance.now()
    const lane = async () => {
      for (let PartNumber = numbers.shift(); PartNumber !== undefined; PartNumber = numbers.shift()) {
        const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))
        parts.push({ PartNumber, ETag })
      }
    }
    await Promise.all(Array.from({ length: 4 }, lane))
    const MultipartUpload = { Parts: parts.toSorted((a, b) => a.PartNumber - b.PartNumber) }
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
    const seconds = (performance.now() - begun) / 1000
    const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key }))
    let read = 0
    const { Body: back } = await client.send(new GetObjectCommand({ Bucket, Key }))
    if (back && Symbol.asyncIterator in back) for await (const chunk of back) read += chunk.length
    const { mostRssBytes } = await server.usage()
    yield {
      bench: 's3',
      figure: `most resident memory of the cloud while ${mebibytes} MiB came by multipart and went back`,
      ours: rounded(mostRssBytes / 1e6, 0),
      peer: null,
      ratio: null,
      unit: 'MB',
      bar: '≤ 250 MB',
      pass: mostRssBytes <= 250e6 && ContentLength === mebibytes * MIB && read === mebibytes * MIB,
      note: `uploaded at ${rounded(mebibytes / seconds, 0)} MiB/s in parts of 16 MiB, four at once`,
    }
  } finally {
    await server.kill()
  }
}
