import { AwsError } from '../../gateway/errors.ts'
import {
  BatchEntryIdsNotDistinct,
  EmptyBatchRequest,
  InvalidBatchEntryId,
  TooManyEntriesInBatchRequest,
} from './errors.ts'
import { MOST_IN_BATCH } from './limits.ts'

/** One of several things that a call asks for. */
export interface BatchEntry {
  readonly Id: string
}

/** What AWS answers to a batch. */
export interface BatchAnswer {
  readonly Successful: readonly object[]
  /** Left out when nothing failed. */
  readonly Failed: readonly object[] | undefined
}

/**
 * What makes a batch fail as a whole.
 *
 * @param kind  what its entries are called, for the message
 * @throws EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct
 */
export function checkBatch(entries: readonly BatchEntry[], kind: string): void {
  if (entries.length === 0) throw new EmptyBatchRequest(kind)
  if (entries.length > MOST_IN_BATCH) throw new TooManyEntriesInBatchRequest(MOST_IN_BATCH, entries.length)
  const seen = new Set<string>()
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) throw new InvalidBatchEntryId()
    if (seen.has(Id)) throw new BatchEntryIdsNotDistinct(Id)
    seen.add(Id)
  }
}

/** An entry that failed. @throws what isn't an error of AWS: that is the whole call's */
export function failedEntry(id: string, error: unknown): object {
  if (!(error instanceof AwsError)) throw error
  return { Id: id, SenderFault: error.status < 500, Code: error.queryCode, Message: error.message }
}

/** The answer, entry by entry. */
export function batchAnswer(successful: readonly object[], failed: readonly object[]): BatchAnswer {
  return { Successful: successful, Failed: failed.length > 0 ? failed : undefined }
}
