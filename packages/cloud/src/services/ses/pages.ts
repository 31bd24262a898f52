import { BadRequestException } from './errors.ts'

/** Part of a list, and the token that asks for the rest of it. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly next: string | undefined
}

/**
 * A page of rows that are in the order of their names.
 *
 * @param token  of the page before; the row it ended with may be gone by now
 * @throws BadRequestException for a token that no page gave
 */
export function pageOf<Row extends { readonly name: string }>(
  rows: readonly Row[],
  most: number,
  token: string | undefined,
): Page<Row> {
  const after = token === undefined ? undefined : readToken(token)
  const rest = after === undefined ? rows : rows.filter(({ name }) => name > after)
  const page = rest.slice(0, most)
  const last = page.at(-1)
  return { rows: page, next: last && rest.length > most ? writeToken(last.name) : undefined }
}

const writeToken = (name: string): string => Buffer.from(`after ${name}`).toString('base64url')

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('after ')) throw new BadRequestException('The NextToken is not valid.')
  return text.slice('after '.length)
}
