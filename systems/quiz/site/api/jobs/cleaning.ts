import { type Duration, days, hours, type Instant } from '@terrace/kit'
import { type Database, forgetOldKeys, inTransaction } from '@terrace/service'
import type { Bucket } from '../aws/bucket.ts'
import type { Tables } from '../data/tables.ts'
import { objectKeys } from '../pictures/media.ts'

/** How long a deleted quiz can be restored. */
const RESTORABLE: Duration = days(30)
/** How long one may take for a quiz. */
const ATTEMPT_LIFE: Duration = hours(24)
/** How long a picture may be in no question. */
const UNUSED: Duration = days(1)
/** Pictures removed in one go; the rest follows the next time. */
const BATCH = 100

/** Ends attempts that nobody finishes, and removes deleted quizzes and pictures that nothing shows. */
export async function cleanUp(database: Database<Tables>, bucket: Bucket): Promise<void> {
  const now = database.clock.now()
  await expireAttempts(database, now)
  await removeQuizzes(database, now)
  await removePictures(database, bucket, now)
  await forgetOldKeys(database, now)
}

async function expireAttempts({ db }: Database<Tables>, now: Instant): Promise<void> {
  await db
    .updateTable('quiz_attempts')
    .set({ state: 'expired' })
    .where('state', '=', 'running')
    .where('started_at', '<', now - ATTEMPT_LIFE)
    .execute()
}

async function removeQuizzes({ db }: Database<Tables>, now: Instant): Promise<void> {
  await db
    .deleteFrom('quizzes')
    .where('deleted_at', '<', now - RESTORABLE)
    .execute()
}

// The objects first: who dies in between leaves a row that the next one finds, and not objects that nobody knows of.
// The rows are held meanwhile, so that no question takes a picture that is just being removed.
async function removePictures(database: Database<Tables>, bucket: Bucket, now: Instant): Promise<void> {
  await inTransaction(database, async transaction => {
    const rows = await transaction
      .selectFrom('pictures')
      .select(['id', 'extension'])
      .where('created_at', '<', now - UNUSED)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('question_pictures')
              .select('question_id')
              .whereRef('question_pictures.picture_id', '=', 'pictures.id'),
          ),
        ),
      )
      .where('state', '<>', 'working')
      .orderBy('created_at')
      .limit(BATCH)
      .forUpdate('pictures')
      .skipLocked()
      .execute()
    if (rows.length === 0) return
    await bucket.remove(rows.flatMap(row => Object.values(objectKeys(row))))
    await transaction
      .deleteFrom('pictures')
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute()
  })
}
