import { createHmac } from 'node:crypto'
import type { Random } from '@terrace/kit'
import { type Database, inTransaction } from '@terrace/service'
import type { Bucket } from '../aws/bucket.ts'
import { ownPicture, type StoredPicture } from '../data/pictures.ts'
import type { Tables } from '../data/tables.ts'
import { newId } from '../ids.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { objectKeys } from './media.ts'
import { reEncode } from './re-encode.ts'

/** An upload, before anything is known about it. */
export interface Upload {
  readonly accountId: number
  readonly file: Buffer
  /** What the client says it is. */
  readonly type: string
  /** Whether its background is to be removed. */
  readonly cutout: boolean
  /** `Idempotency-Key`, when there is one: the same key is the same picture. */
  readonly key: string | undefined
}

export interface UploadParts {
  readonly database: Database<Tables>
  readonly bucket: Bucket
  readonly jobs: Jobs
  readonly random: Random
  /** Makes ids of keys that nobody else can make. */
  readonly secret: string
}

/**
 * Stores a picture, and orders its cut-out when one is wanted. The row comes first, so that whatever is in the bucket is
 * known; the order and the picture's state are one transaction.
 *
 * @throws Problem 415, 422 for what is no usable picture
 */
export async function upload(
  { database, bucket, jobs, random, secret }: UploadParts,
  { accountId, file, type, cutout, key }: Upload,
): Promise<StoredPicture> {
  const id = key === undefined ? newId(random) : idOf(secret, accountId, key)
  const known = key === undefined ? undefined : await ownPicture(database.db, accountId, id)
  if (known) return known
  const shown = await reEncode(file)
  const row = { id, extension: shown.extension }
  await database.db
    .insertInto('pictures')
    .values({
      ...row,
      account_id: accountId,
      stored: false,
      state: 'stored',
      reason: null,
      created_at: database.clock.now(),
    })
    .onConflict(on => on.column('id').doNothing())
    .execute()
  const keys = objectKeys(row)
  if (cutout) await bucket.putPrivate(keys.original, file, type)
  await bucket.putMedia(keys.picture, shown.body, shown.type)
  return inTransaction(database, async transaction => {
    const changed = await transaction
      .updateTable('pictures')
      .set({ stored: true, state: cutout ? 'queued' : 'stored', extension: shown.extension })
      .where('id', '=', id)
      .where('stored', '=', false)
      .returningAll()
      .executeTakeFirst()
    if (changed && cutout) await jobs.orderCutout(transaction, id)
    return (
      changed ?? (await transaction.selectFrom('pictures').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
    )
  })
}

const idOf = (secret: string, accountId: number, key: string): string =>
  createHmac('sha256', secret).update(`picture ${accountId} ${key}`).digest('hex').slice(0, 16)
