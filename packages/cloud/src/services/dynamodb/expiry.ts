import type { TableSettings } from './table-record.ts'
import type { Item } from './values/attribute-value.ts'

/**
 * When an item expires, in whole seconds since 1970; nothing when it has no number there.
 * @see DynamoDB Developer Guide "Computing time to live (TTL) in DynamoDB"
 */
export function expiryOf({ timeToLiveAttribute }: TableSettings, item: Item): number | undefined {
  const text = timeToLiveAttribute === undefined ? undefined : item[timeToLiveAttribute]?.N
  const seconds = text === undefined ? Number.NaN : Math.floor(Number(text))
  return Number.isSafeInteger(seconds) ? seconds : undefined
}
