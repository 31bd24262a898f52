import type { FastifyReply, FastifyRequest } from 'fastify'
import { numberField } from './fields.ts'

/** Rows of a list that is asked for without `limit`, and the most that one answer holds. */
export const MAX_PAGE = 1000

/** The query of every list. Small lists come whole: the default page is the largest. */
export const pagingFields = {
  limit: numberField(1, MAX_PAGE).default(MAX_PAGE).describe(`Rows to answer with, ${MAX_PAGE} when it isn't given`),
  offset: numberField(0, 2_147_483_647).default(0).describe('Rows to skip'),
}

export interface Page {
  readonly limit: number
  readonly offset: number
}

/**
 * Puts the length of the whole list into `X-Total-Count` and, when there is more, the next page's address into `Link`
 * (RFC 8288). The list itself stays a plain array.
 *
 * @param count  asks the database; called only when the rows themselves don't tell
 */
export async function sendPage<Row>(
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page,
  rows: Row[],
  count: () => Promise<number>,
): Promise<Row[]> {
  const lastPage = rows.length < page.limit && (rows.length > 0 || page.offset === 0)
  const total = lastPage ? page.offset + rows.length : await count()
  reply.header('x-total-count', String(total))
  const next = page.offset + page.limit
  if (next < total) reply.header('link', `<${nextAddress(request.url, page.limit, next)}>; rel="next"`)
  return rows
}

function nextAddress(url: string, limit: number, offset: number): string {
  const [path = '', query] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.set('limit', String(limit))
  parameters.set('offset', String(offset))
  return `${path}?${parameters}`
}
