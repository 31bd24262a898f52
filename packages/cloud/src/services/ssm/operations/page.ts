import { InvalidNextToken } from '../errors.ts'

const writeToken = (key: string) => Buffer.from(`after ${key}`).toString('base64url')

/**
 * One page of a list and the token for the next one.
 *
 * @param keyOf  what tells the items apart, for the token
 * @throws InvalidNextToken
 */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  most: number,
  token: string | undefined,
): { readonly page: readonly T[]; readonly next: string | undefined } {
  const start = token === undefined ? 0 : all.findIndex(item => writeToken(keyOf(item)) === token) + 1
  if (token !== undefined && start === 0) throw new InvalidNextToken()
  const page = all.slice(start, start + most)
  const last = page.at(-1)
  return { page, next: last !== undefined && start + page.length < all.length ? writeToken(keyOf(last)) : undefined }
}
