import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { wireInteger } from '../../../gateway/api.ts'
import { InvalidNextToken, ValidationError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

/** The members of a request for a page. */
export const paging = { NextToken: z.string().optional(), MaxRecords: wireInteger().optional() }

interface PageRequest {
  readonly NextToken?: string | undefined
  readonly MaxRecords?: number | undefined
}

/**
 * One page of a list, and the token of the next one.
 * @throws InvalidNextToken, ValidationError for more records than a page has
 */
export function pageOf<Item>(
  items: readonly Item[],
  { NextToken, MaxRecords }: PageRequest,
  limits: { readonly default: number; readonly most: number } = LIMITS.page,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const size = MaxRecords ?? limits.default
  if (size < 1 || size > limits.most)
    throw new ValidationError(`The value of MaxRecords must be between 1 and ${limits.most}, it is ${size}`)
  const from = NextToken === undefined ? 0 : positionOf(NextToken)
  const to = from + size
  return { items: items.slice(from, to), next: to < items.length ? tokenOf(to) : undefined }
}

const tokenOf = (position: number): string => Buffer.from(`page:${position}`).toString('base64')

function positionOf(token: string): number {
  const found = /^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'))
  if (!found) throw new InvalidNextToken(token)
  return Number(found[1])
}
