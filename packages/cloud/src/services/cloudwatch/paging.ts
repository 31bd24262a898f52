import { InvalidNextToken } from './errors.ts'

/** Part of a list, and what asks for the rest. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** @throws InvalidNextToken for a token that no page gave */
export function pageOf<T>(all: readonly T[], most: number, token: string | undefined): Page<T> {
  const start = token === undefined ? 0 : readToken(token)
  const end = start + most
  return { items: all.slice(start, end), next: end < all.length ? writeToken(end) : undefined }
}

/** A place in a list as a token. */
export const writeToken = (place: number): string => Buffer.from(`from ${place}`).toString('base64url')

/** @throws InvalidNextToken */
export function readToken(token: string): number {
  const place = /^from (\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (place === undefined) throw new InvalidNextToken()
  return Number(place)
}
