import type { FieldSelection, FieldToMatch, JsonBodyField, OversizeHandling } from '@terrace/model'
import { getHeaders, type HeaderList } from '../http1/headers.ts'
import { INSPECTED_FIELDS, INSPECTED_FIELDS_BYTES, type RequestFacts } from './facts.ts'

/** Where something was found, as records say it. */
export type Location =
  | 'ALL_QUERY_ARGS'
  | 'BODY'
  | 'COOKIES'
  | 'HEADER'
  | 'JSON_BODY'
  | 'METHOD'
  | 'QUERY_STRING'
  | 'URI'

/** The texts that a rule looks at, or what is said of them without looking. */
export type Inspected = readonly string[] | boolean

/** What of a request a rule looks at. */
export interface Field {
  readonly location: Location
  readonly needsBody: boolean
  read(facts: RequestFacts): Inspected
}

const plain = (location: Location, read: (facts: RequestFacts) => Inspected): Field => ({
  location,
  needsBody: false,
  read,
})
const ofBody = (location: Location, read: (facts: RequestFacts) => Inspected): Field => ({
  location,
  needsBody: true,
  read,
})

/** @see WAF Developer Guide, "Request component options" */
export function fieldOf(field: FieldToMatch): Field {
  const { SingleHeader, SingleQueryArgument, Headers, Cookies, JsonBody, Body } = field
  if (field.UriPath) return plain('URI', ({ path }) => [path])
  if (field.QueryString) return plain('QUERY_STRING', ({ query }) => [query])
  if (field.Method) return plain('METHOD', ({ method }) => [method])
  if (field.AllQueryArguments) return plain('ALL_QUERY_ARGS', ({ query }) => queryArguments(query).flat())
  if (SingleHeader) {
    const name = SingleHeader.Name.toLowerCase()
    return plain('HEADER', ({ headers }) => valuesOf(headers, name))
  }
  if (SingleQueryArgument) {
    const name = SingleQueryArgument.Name.toLowerCase()
    return plain('ALL_QUERY_ARGS', ({ query }) =>
      queryArguments(query).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : [])),
    )
  }
  if (Headers) return plain('HEADER', ({ headers }) => selected(pairsOf(headers), Headers))
  if (Cookies) return plain('COOKIES', ({ headers }) => selected(cookiesOf(headers), Cookies))
  if (JsonBody) return ofBody('JSON_BODY', facts => jsonTexts(facts, JsonBody))
  return ofBody('BODY', facts => oversize(facts.bodyIsLonger, Body?.OversizeHandling) ?? [facts.body])
}

function oversize(isOver: boolean, handling: OversizeHandling = 'CONTINUE'): boolean | undefined {
  return !isOver || handling === 'CONTINUE' ? undefined : handling === 'MATCH'
}

const valuesOf = (headers: HeaderList, name: string): string[] => getHeaders([...headers], name)

/** Names and values as they are written. */
export const queryArguments = (query: string): [string, string][] =>
  query === ''
    ? []
    : query.split('&').map(pair => {
        const at = pair.indexOf('=')
        return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
      })

const pairsOf = (headers: HeaderList): [string, string][] => {
  const pairs: [string, string][] = []
  for (let at = 0; at < headers.length; at += 2) pairs.push([headers[at] ?? '', headers[at + 1] ?? ''])
  return pairs
}

/** By the Cookie header field. */
export const cookiesOf = (headers: HeaderList): [string, string][] =>
  valuesOf(headers, 'cookie')
    .join('; ')
    .split(/;\s*/)
    .filter(text => text !== '')
    .map(pair => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    })

function selected(pairs: readonly [string, string][], selection: FieldSelection): Inspected {
  const { MatchPattern, MatchScope, OversizeHandling } = selection
  const looked: [string, string][] = []
  let bytes = 0
  for (const pair of pairs) {
    bytes += pair[0].length + pair[1].length
    if (bytes > INSPECTED_FIELDS_BYTES || looked.length === INSPECTED_FIELDS) break
    looked.push(pair)
  }
  const over = oversize(looked.length < pairs.length, OversizeHandling)
  if (over !== undefined) return over
  const included = lower(MatchPattern.IncludedHeaders ?? MatchPattern.IncludedCookies)
  const excluded = lower(MatchPattern.ExcludedHeaders ?? MatchPattern.ExcludedCookies)
  return looked
    .filter(([name]) => (!included || included.has(name.toLowerCase())) && !excluded?.has(name.toLowerCase()))
    .flatMap(pair => inScope(MatchScope, ...pair))
}

const lower = (names: readonly string[] | undefined) => names && new Set(names.map(name => name.toLowerCase()))

const inScope = (scope: 'ALL' | 'KEY' | 'VALUE', key: string, value: string): string[] =>
  scope === 'ALL' ? [key, value] : scope === 'KEY' ? [key] : [value]

/** @see WAF Developer Guide, "JSON body". `differs:` invalid JSON is not read up to its first error */
function jsonTexts({ body, bodyIsLonger }: RequestFacts, field: JsonBodyField): Inspected {
  const over = oversize(bodyIsLonger, field.OversizeHandling)
  if (over !== undefined) return over
  if (body === '') return []
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    const fallback = field.InvalidFallbackBehavior ?? 'EVALUATE_AS_STRING'
    return fallback === 'EVALUATE_AS_STRING' ? [body] : fallback === 'MATCH'
  }
  const paths = field.MatchPattern.IncludedPaths
  const roots = paths === undefined ? [parsed] : paths.flatMap(path => at(parsed, path))
  return roots.flatMap(root => leaves(root, field.MatchScope))
}

/** What a JSON Pointer leads to: nothing or one value. RFC 6901. */
function at(root: unknown, pointer: string): unknown[] {
  let value = root
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return []
    value = Reflect.get(value, key)
  }
  return [value]
}

function leaves(root: unknown, scope: 'ALL' | 'KEY' | 'VALUE'): string[] {
  const texts: string[] = []
  const stack = [root]
  while (stack.length > 0) {
    const value = stack.pop()
    if (Array.isArray(value)) stack.push(...value)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (scope !== 'VALUE') texts.push(key)
        stack.push(inner)
      }
    } else if (scope !== 'KEY') texts.push(String(value))
  }
  return texts
}
