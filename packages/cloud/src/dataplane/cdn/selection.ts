import type { Selection } from '@terrace/model'
import { matchesGlob } from './path-pattern.ts'

/** Whether a header field is selected; names of header fields have no case. */
export function selectsHeader(selection: Selection | undefined, lowerCaseName: string): boolean {
  return selects(selection, name => name.toLowerCase() === lowerCaseName)
}

/** Whether a cookie is selected; names have case, and `*` and `?` stand for characters, as in older distributions. */
export function selectsCookie(selection: Selection | undefined, cookie: string): boolean {
  return selects(selection, name => matchesGlob(name, cookie))
}

/** Whether a query string parameter is selected; names have case. */
export function selectsQueryString(selection: Selection | undefined, parameter: string): boolean {
  return selects(selection, name => name === parameter)
}

/** Whether anything at all can be selected. */
export const selectsAny = (selection: Selection | undefined): boolean =>
  selection !== undefined && selection.kind !== 'none'

/**
 * The cookies of a request that pass, sorted by name as CloudFront sorts them, in the form of a Cookie header field.
 *
 * @see CloudFront Developer Guide, "Cache content based on cookies"
 */
export function pickCookies(cookies: readonly string[], passes: (name: string) => boolean): string {
  if (cookies.length === 0) return ''
  const picked = cookies
    .flatMap(value => value.split(';'))
    .map(pair => pair.trim())
    .map(pair => ({ pair, name: nameOf(pair) }))
    .filter(({ pair, name }) => pair !== '' && passes(name))
  picked.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return picked.map(({ pair }) => pair).join('; ')
}

/** The parameters of a query string that pass, in their order and spelling; without `?`. */
export function pickQueryStrings(query: string, passes: (name: string) => boolean): string {
  if (query === '') return ''
  return query
    .split('&')
    .filter(parameter => parameter !== '' && passes(nameOf(parameter)))
    .join('&')
}

function selects(selection: Selection | undefined, isNamed: (name: string) => boolean): boolean {
  switch (selection?.kind) {
    case 'all':
      return true
    case 'whitelist':
      return selection.names.some(isNamed)
    case 'allExcept':
      return !selection.names.some(isNamed)
    default:
      return false
  }
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=')
  return equals < 0 ? pair : pair.slice(0, equals)
}
