import { createHash } from 'node:crypto'
import type { ItemText } from '../schemas/item.ts'

/**
 * The id of the item that is made with an `Idempotency-Key`: whoever repeats the request asks for the same item.
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.8 (UUID version 8: for purposes of one's own)
 */
export function idFrom(key: string): string {
  const hex = sha256(`items ${key}`).slice(0, 32)
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-')
}

/** The same for the same texts. */
export const fingerprintOf = ({ name, description }: ItemText): string => sha256(JSON.stringify([name, description]))

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
