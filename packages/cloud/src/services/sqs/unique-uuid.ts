import { hash } from 'node:crypto'

/**
 * An id in the form of a UUID that follows from a text: chance that begins anew with every start of the cloud would give
 * ids of before again.
 */
export function uniqueUuid(text: string): string {
  const digits = hash('sha1', text, 'hex')
  const variant = '89ab'.charAt(Number.parseInt(digits.charAt(16), 16) % 4)
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-')
}
