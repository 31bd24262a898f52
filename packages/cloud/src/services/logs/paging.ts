import { InvalidParameter } from './errors.ts'

/** Part of a list that is in the order of its names, and what asks for the rest. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** The items after the name in the token. @throws InvalidParameter for a token that no page gave */
export function pageAfter<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  most: number,
  token: string | undefined,
): Page<T> {
  const after = token === undefined ? undefined : readToken(token)
  const start = after === undefined ? 0 : all.findIndex(item => keyOf(item) === after) + 1
  if (after !== undefined && start === 0) throw new InvalidParameter('The specified nextToken is invalid.')
  const items = all.slice(start, start + most)
  const last = items.at(-1)
  const more = last !== undefined && start + items.length < all.length
  return { items, next: more ? Buffer.from(`after ${keyOf(last)}`).toString('base64url') : undefined }
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('after ')) throw new InvalidParameter('The specified nextToken is invalid.')
  return text.slice('after '.length)
}
