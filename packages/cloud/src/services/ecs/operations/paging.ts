import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { InvalidParameter } from '../errors.ts'
import { LIMITS } from '../limits.ts'

/** The members of a request for a page. */
export const paging = { nextToken: z.string().optional(), maxResults: z.int().optional() }

interface PageRequest {
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

/** One page of a list, and the token of the next one. @throws InvalidParameter */
export function pageOf<Item>(
  items: readonly Item[],
  { nextToken, maxResults }: PageRequest,
  limits: { readonly default: number; readonly most: number } = LIMITS.page,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const size = maxResults ?? limits.default
  if (size < 1 || size > limits.most) {
    throw new InvalidParameter(`maxResults must be between 1 and ${limits.most}, it is ${size}.`)
  }
  const from = nextToken === undefined ? 0 : positionOf(nextToken)
  const to = from + size
  return { items: items.slice(from, to), nextToken: to < items.length ? tokenOf(to) : undefined }
}

const tokenOf = (position: number): string => Buffer.from(`page:${position}`).toString('base64')

function positionOf(token: string): number {
  const found = /^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'))
  if (!found) throw new InvalidParameter('Invalid token. Reason: the token was given by no earlier page.')
  return Number(found[1])
}
