import { InvalidParameter } from './errors.ts'
import { PAGE } from './limits.ts'

/** Part of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/**
 * @param items  in the order of their ARNs
 * @param token  of the page before; what it ended with may be gone by now
 * @throws InvalidParameter
 */
export function pageOf<T extends { readonly arn: string }>(items: readonly T[], token: string | undefined): Page<T> {
  const after = token === undefined ? '' : readToken(token)
  const rest = items.filter(({ arn }) => arn > after)
  const page = rest.slice(0, PAGE)
  const last = page.at(-1)
  return { items: page, next: last && rest.length > page.length ? writeToken(last.arn) : undefined }
}

const writeToken = (arn: string): string => Buffer.from(`after ${arn}`).toString('base64url')

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('after ')) throw new InvalidParameter('NextToken')
  return text.slice('after '.length)
}
