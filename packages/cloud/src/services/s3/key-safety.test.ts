import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { seeded } from '@terrace/kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientOptions, startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

let cloud: TestCloud
let client: S3Client

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [testBucket('keys')], services: [s3] })
  client = new S3Client({ ...clientOptions(cloud.gateway.url), forcePathStyle: true })
})

afterAll(async () => {
  client.destroy()
  await cloud.stop()
})

const NASTY = [
  '..',
  '../..',
  '../../../../etc/passwd',
  'a/../../b',
  '/absolute',
  '//twice',
  '/etc/passwd',
  'C:\\Windows\\x',
  '..\\..\\x',
  '.',
  './a',
  'a/',
  'a//b',
  'with\u0000nul',
  'new\nline',
  'return\rhere',
  'tab\there',
  '%2e%2e%2f',
  'a%00b',
  'a+b c&d=e?f#g',
  '<key>&amp;"\'',
  'CON',
  'nul.txt',
  '__proto__',
  'constructor',
  'ä',
  'a\u0308',
  '\u202Egpj.exe',
  '\u{1F4A9}',
  '\uFFFE',
  'x'.repeat(1024),
]

/** Keys of characters that mean something somewhere. */
function randomKeys(count: number): string[] {
  const random = seeded('keys')
  const pieces = [
    '..',
    '.',
    '/',
    '\\',
    '\u0000',
    '\u0001',
    '~',
    '%',
    '%2F',
    '*',
    ' ',
    'é',
    'e\u0301',
    '\u{1F600}',
    '\uD7FF',
    'a',
    'Z',
    '9',
    "'",
    '"',
    '&',
    ';',
    '|',
    '\u007F',
    '\u2028',
  ]
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.integer(8) }, () => random.pick(pieces)).join(''),
  )
}

function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    yield path
    if (statSync(path).isDirectory()) yield* filesBelow(path)
  }
}

it("no key ever leaves the bucket's folder or becomes a name in it, and each gives back its own bytes", async () => {
  const keys = [...new Set([...NASTY, ...randomKeys(200)])]
  const outside = () =>
    [...filesBelow(cloud.world.folders.state)].filter(path => !path.includes('/data/s3/keys/')).sort()
  const before = outside()
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: 'keys', Key, Body: `value of ${Key}` }))
  expect(outside()).toEqual(before)
  const inside = [...filesBelow(join(cloud.world.folders.data, 's3', 'keys'))].map(path =>
    path.split('/').slice(-2).join('/'),
  )
  for (const name of inside.filter(each => !each.startsWith('keys/'))) {
    expect(name).toMatch(/^(objects\/[0-9a-f]{64}\.json|blobs\/[a-z0-9]{24})$/)
  }
  for (const Key of keys) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'keys', Key }))
    expect(await Body?.transformToString()).toBe(`value of ${Key}`)
  }
  const listed: string[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: 'keys', MaxKeys: 50, EncodingType: 'url', ContinuationToken }),
    )
    listed.push(...(page.Contents ?? []).map(({ Key }) => decodeURIComponent(Key ?? '')))
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  expect(listed).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
  for (const Key of keys) await client.send(new DeleteObjectCommand({ Bucket: 'keys', Key }))
  await expect.poll(() => readdirSync(join(cloud.world.folders.data, 's3', 'keys', 'blobs'))).toEqual([])
})
