import { InvalidParameterValue } from './errors.ts'
import { LARGEST_PAGE } from './limits.ts'

/** Part of a list of queues. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/**
 * @param items  in the order of their names
 * @param most  absent: as many as a page has, and no token whatever follows
 * @param token  of the page before; the queue it ended with may be gone by now
 * @throws InvalidParameterValue
 */
export function pageOf<T extends { readonly name: string }>(
  items: readonly T[],
  most: number | undefined,
  token: string | undefined,
): Page<T> {
  if (most !== undefined && (most < 1 || most > LARGEST_PAGE)) {
    throw InvalidParameterValue.of(most, 'MaxResults', `Must be between 1 and ${LARGEST_PAGE}, if provided.`)
  }
  const after = token === undefined ? '' : readToken(token)
  const rest = items.filter(({ name }) => name > after)
  const page = rest.slice(0, most ?? LARGEST_PAGE)
  const last = page.at(-1)
  return {
    items: page,
    next: most !== undefined && last && rest.length > page.length ? writeToken(last.name) : undefined,
  }
}

const writeToken = (name: string): string => Buffer.from(`after ${name}`).toString('base64url')

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('after ')) throw new InvalidParameterValue('Invalid or expired next token.')
  return text.slice('after '.length)
}
