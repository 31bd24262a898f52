import { InvalidRequestException } from './errors.ts'

/** Part of a list, and the token that asks for the rest of it. @throws InvalidRequestException */
export function pageOf<T>(items: readonly T[], size: number, token: string | undefined) {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString())
  if (!Number.isInteger(from) || from < 0) throw new InvalidRequestException('Invalid NextToken.')
  const to = from + size
  return {
    items: items.slice(from, to),
    next: to < items.length ? Buffer.from(String(to)).toString('base64url') : undefined,
  }
}
