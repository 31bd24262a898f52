import { createHmac, timingSafeEqual } from 'node:crypto'
import { Problem } from '@terrace/service/plain'

/** What cursors are signed with. Its id says nothing about it. */
export interface CursorKey {
  readonly id: string
  readonly text: string
}

/** Keys of now: the first signs, all are good. */
export interface CursorKeys {
  readonly current: CursorKey
  find(id: string): CursorKey | undefined
  /** Looks for keys that it doesn't know yet; never rejects. */
  refresh(): Promise<void>
}

const SIGNATURE_BYTES = 16
/** Key, where, signature. */
const CURSOR = /^([\w-]{8})\.([\w-]{1,200})\.([\w-]{22})$/

export const cursorKey = (text: string): CursorKey => ({
  id: createHmac('sha256', text).update('id').digest('base64url').slice(0, 8),
  text,
})

/**
 * Where a list goes on, as a text that a client can only give back.
 *
 * @param place  the position of the last row that was looked at
 * @param query  what the list was asked for: the cursor is good for it alone
 */
export function writeCursor({ current }: CursorKeys, place: string, query: string): string {
  return `${current.id}.${Buffer.from(place).toString('base64url')}.${sign(current, place, query).toString('base64url')}`
}

/**
 * @returns the place
 * @throws Problem 400 when it is no cursor, was changed, belongs to another query, or its key is gone
 */
export async function readCursor(keys: CursorKeys, text: string, query: string): Promise<string> {
  const [, id = '', encoded = '', signature = ''] = CURSOR.exec(text) ?? []
  if (!id) throw refused()
  if (!keys.find(id)) await keys.refresh()
  const key = keys.find(id)
  if (!key) throw refused()
  const place = Buffer.from(encoded, 'base64url').toString()
  const given = Buffer.from(signature, 'base64url')
  if (!timingSafeEqual(given, sign(key, place, query))) throw refused()
  return place
}

const sign = ({ text }: CursorKey, place: string, query: string): Buffer =>
  createHmac('sha256', text)
    .update(JSON.stringify([place, query]))
    .digest()
    .subarray(0, SIGNATURE_BYTES)

const refused = (): Problem =>
  new Problem(400, 'This is no cursor of this list: it was changed, is too old, or belongs to another q; start anew', {
    errors: [{ path: 'cursor', message: 'must be `next` of the page before, asked for with the same q' }],
  })
