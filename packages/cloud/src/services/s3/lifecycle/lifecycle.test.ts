import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { days, hours, minutes, seeded, VirtualClock } from '@terrace/kit'
import type { BucketLifecycleRule } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { testBucket } from '../../../gateway/testing.ts'
import { BucketState } from '../bucket-state.ts'
import { settingsOf } from '../settings.ts'
import { dueAt } from './rule.ts'
import { sweep } from './sweep.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const MIDNIGHT = Date.UTC(2026, 10, 23)

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A bucket with rules, at noon. */
function bucketWith(lifecycle: readonly BucketLifecycleRule[], versioning = false) {
  const clock = new VirtualClock(NOON)
  const folder = mkdtempSync(join(tmpdir(), 'terrace-s3-'))
  folders.push(folder)
  const template = settingsOf(testBucket('b', { lifecycle, versioning }))
  const bucket = new BucketState({ name: 'b', folder, random: seeded('b'), clock, from: { template, node: 'b' } })
  const put = async (key: string, { tags = {}, text = 'x' }: { tags?: Record<string, string>; text?: string } = {}) => {
    const blob = await bucket.store.blobs.write(Readable.from([Buffer.from(text)], { objectMode: false }))
    const { encryption } = bucket.settings
    const described = { headers: {}, metadata: {}, tags, encryption, storageClass: 'STANDARD' } as const
    return bucket.store.commit({ key, blobs: [blob], size: blob.size, etag: '', modified: clock.now(), ...described })
  }
  const left = () => bucket.store.list({ prefix: '', delimiter: '', after: '', maxKeys: 100 }).keys
  return { bucket, clock, put, left }
}

// S3 User Guide "Lifecycle configuration elements", lifecycle rules: days from creation, rounded up to the next midnight.
describe('when something expires', () => {
  it.each([
    ['created at noon, after a day', NOON, days(1), MIDNIGHT + days(1)],
    ['created at midnight, after a day', MIDNIGHT, days(1), MIDNIGHT + days(1)],
    ['created a millisecond before midnight, after a day', MIDNIGHT - 1, days(1), MIDNIGHT + days(1)],
    ['created a millisecond after midnight, after three days', MIDNIGHT + 1, days(3), MIDNIGHT + days(4)],
  ])('%s', (_, from, age, due) => {
    expect(dueAt(from, age)).toBe(due)
  })
})

describe('a lifecycle rule', () => {
  it('removes what is old enough, at midnight and not before', async () => {
    const { bucket, put, left } = bucketWith([{ prefix: '', expireAfter: days(1) }])
    await put('a')
    expect(sweep(bucket, MIDNIGHT).changes).toEqual([])
    expect(sweep(bucket, MIDNIGHT + days(1) - 1).changes).toEqual([])
    expect(sweep(bucket, MIDNIGHT + days(1)).changes).toMatchObject([
      { event: 'LifecycleExpiration:Delete', version: { key: 'a' } },
    ])
    expect(left()).toEqual([])
  })

  it.each([
    ['a prefix', { prefix: 'tmp/' }, ['keep', 'tagged']],
    ['tags', { prefix: '', objectTags: { kind: 'draft' } }, ['keep', 'tmp/a', 'tmp/large']],
    ['a size', { prefix: '', largerThan: 2 }, ['keep', 'tagged', 'tmp/a']],
    ['sizes and a prefix', { prefix: 'tmp/', smallerThan: 2 }, ['keep', 'tagged', 'tmp/large']],
    ['everything', { prefix: '' }, []],
  ])('is about %s', async (_, filter, expected) => {
    const { bucket, put, left } = bucketWith([{ ...filter, expireAfter: days(1) }])
    await put('keep')
    await put('tagged', { tags: { kind: 'draft', by: 'me' } })
    await put('tmp/a')
    await put('tmp/large', { text: 'large' })
    sweep(bucket, MIDNIGHT + days(1))
    expect(left()).toEqual(expected)
  })

  it('of a date removes everything from that date on', async () => {
    const { bucket, put, left } = bucketWith([{ prefix: '', expireAt: MIDNIGHT }])
    await put('a')
    sweep(bucket, MIDNIGHT - 1)
    expect(left()).toEqual(['a'])
    sweep(bucket, MIDNIGHT)
    expect(left()).toEqual([])
  })

  it('hides objects of a bucket with versions, and removes versions some time after they were replaced', async () => {
    const rules = [
      { prefix: '', expireAfter: days(1) },
      { prefix: '', expireNoncurrentAfter: days(2), removeLoneMarkers: true },
    ]
    const { bucket, clock, put, left } = bucketWith(rules, true)
    await put('a')
    await clock.advance(MIDNIGHT + days(1) - NOON)
    expect(sweep(bucket, clock.now()).changes).toMatchObject([{ event: 'LifecycleExpiration:DeleteMarkerCreated' }])
    expect(left()).toEqual([])
    expect(bucket.store.versions('a')).toHaveLength(2)
    await clock.advance(days(1))
    expect(sweep(bucket, clock.now()).changes).toEqual([])
    await clock.advance(days(1))
    // The version first, then the marker that hid it.
    expect(sweep(bucket, clock.now()).changes).toMatchObject([
      { event: 'LifecycleExpiration:Delete', version: { size: 1 } },
      { event: 'LifecycleExpiration:Delete', version: { deleteMarker: true } },
    ])
    expect(bucket.store.isEmpty).toBe(true)
  })

  it('keeps as many noncurrent versions as it says', async () => {
    const { bucket, clock, put } = bucketWith([{ prefix: '', expireNoncurrentAfter: days(1), keptNoncurrent: 2 }], true)
    for (let count = 0; count < 5; count++) {
      await put('a')
      await clock.advance(minutes(1))
    }
    sweep(bucket, MIDNIGHT + days(2))
    expect(bucket.store.versions('a')).toHaveLength(3)
  })

  it('ends uploads that nobody completes, with their parts', async () => {
    const { bucket, clock } = bucketWith([{ prefix: 'a', abortIncompleteUploadsAfter: days(1) }])
    const described = {
      headers: {},
      metadata: {},
      tags: {},
      encryption: bucket.settings.encryption,
      storageClass: 'STANDARD',
    } as const
    for (const key of ['a', 'b']) bucket.store.uploads.start({ key, initiated: clock.now(), ...described })
    await clock.advance(hours(12))
    expect(sweep(bucket, clock.now()).abortedUploads).toBe(0)
    await clock.advance(days(1))
    expect(sweep(bucket, clock.now()).abortedUploads).toBe(1)
    expect(bucket.store.uploads.list().map(({ key }) => key)).toEqual(['b'])
  })
})
