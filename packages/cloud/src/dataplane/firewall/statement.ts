import type { FirewallStatement, OnField, RateKey } from '@terrace/model'
import { addressSet } from './addresses.ts'
import type { RequestFacts } from './facts.ts'
import { cookiesOf, fieldOf, type Inspected, type Location, queryArguments } from './fields.ts'
import { CROSS_SITE_SCRIPTING, type Detector, SQL_INJECTION } from './injection.ts'
import type { FirewallConfig } from './messages.ts'
import { Pattern } from './pattern/pattern.ts'
import { transforming } from './transformations.ts'

/** One request while the rules look at it. */
export interface Inspection {
  readonly facts: RequestFacts
  /** Those that rules have added so far. */
  readonly labels: Set<string>
  /** What an attack was found in. */
  readonly details: MatchDetail[]
  /** Parts of the request as they have been transformed already: many rules look at the same. */
  readonly seen: Map<string, Inspected>
}

/** Logged for SQL injection and cross-site scripting alone. */
export interface MatchDetail {
  readonly conditionType: 'SQL_INJECTION' | 'XSS'
  readonly location: Location
  readonly matchedData: readonly string[]
  readonly sensitivityLevel?: 'LOW' | 'HIGH'
}

/** A statement, ready to be asked. */
export interface Matcher {
  readonly needsBody: boolean
  matches(inspection: Inspection): boolean
}

/** What statements name. */
export type Named = Pick<FirewallConfig, 'ipSets' | 'patternSets'> & { readonly labelNamespace: string }

const always = (matches: Matcher['matches'], needsBody = false): Matcher => ({ needsBody, matches })

/**
 * A statement that isn't a group or a rate.
 * @throws TerraceError FIREWALL_PATTERN
 * @see WAF Developer Guide, "Using rule statements in AWS WAF"
 */
export function compileStatement(statement: FirewallStatement, named: Named): Matcher {
  const { ByteMatchStatement, SizeConstraintStatement, SqliMatchStatement, XssMatchStatement } = statement
  if (ByteMatchStatement) {
    const wanted = Buffer.from(ByteMatchStatement.SearchString, 'base64').toString('latin1')
    return onField(ByteMatchStatement, POSITIONS[ByteMatchStatement.PositionalConstraint](wanted))
  }
  if (statement.RegexMatchStatement) {
    const pattern = new Pattern(statement.RegexMatchStatement.RegexString)
    return onField(statement.RegexMatchStatement, text => pattern.test(text))
  }
  if (statement.RegexPatternSetReferenceStatement) {
    const { ARN } = statement.RegexPatternSetReferenceStatement
    const patterns = (named.patternSets[ARN] ?? []).map(source => new Pattern(source))
    return onField(statement.RegexPatternSetReferenceStatement, text => patterns.some(pattern => pattern.test(text)))
  }
  if (SizeConstraintStatement) {
    const compare = COMPARISONS[SizeConstraintStatement.ComparisonOperator]
    return onField(SizeConstraintStatement, text => compare(text.length, SizeConstraintStatement.Size), true)
  }
  if (SqliMatchStatement) {
    const sensitivityLevel = SqliMatchStatement.SensitivityLevel ?? 'LOW'
    return attack(SqliMatchStatement, SQL_INJECTION[sensitivityLevel], {
      conditionType: 'SQL_INJECTION',
      sensitivityLevel,
    })
  }
  if (XssMatchStatement) return attack(XssMatchStatement, CROSS_SITE_SCRIPTING, { conditionType: 'XSS' })
  return compileOther(statement, named)
}

function compileOther(statement: FirewallStatement, named: Named): Matcher {
  const { AndStatement, OrStatement, NotStatement, LabelMatchStatement, IPSetReferenceStatement } = statement
  const compiled = (parts: readonly FirewallStatement[]) => parts.map(part => compileStatement(part, named))
  if (AndStatement) {
    const parts = compiled(AndStatement.Statements)
    return always(inspection => parts.every(part => part.matches(inspection)), anyNeedsBody(parts))
  }
  if (OrStatement) {
    const parts = compiled(OrStatement.Statements)
    return always(inspection => parts.some(part => part.matches(inspection)), anyNeedsBody(parts))
  }
  if (NotStatement) {
    const part = compileStatement(NotStatement.Statement, named)
    return always(inspection => !part.matches(inspection), part.needsBody)
  }
  if (LabelMatchStatement) {
    const { Scope, Key } = LabelMatchStatement
    const full = Key.startsWith('awswaf:') ? Key : `${named.labelNamespace}${Key}`
    return always(({ labels }) =>
      Scope === 'LABEL' ? labels.has(full) : [...labels].some(label => label.startsWith(full)),
    )
  }
  if (IPSetReferenceStatement) {
    const has = addressSet(named.ipSets[IPSetReferenceStatement.ARN] ?? [])
    const forwarded = IPSetReferenceStatement.IPSetForwardedIPConfig
    if (!forwarded) return always(({ facts }) => has(facts.address))
    return always(({ facts }) => {
      const found = forwardedAddresses(facts, forwarded.HeaderName)
      if (found === undefined) return false
      const { Position } = forwarded
      const looked = Position === 'ANY' ? found : Position === 'FIRST' ? found.slice(0, 1) : found.slice(-1)
      return looked.some(address => (isAddress(address) ? has(address) : forwarded.FallbackBehavior === 'MATCH'))
    })
  }
  return always(() => false)
}

const anyNeedsBody = (parts: readonly Matcher[]): boolean => parts.some(({ needsBody }) => needsBody)

/** A part of requests, transformed. */
function transformed({ FieldToMatch, TextTransformations }: OnField) {
  const field = fieldOf(FieldToMatch)
  const transform = transforming(TextTransformations)
  const key = JSON.stringify([FieldToMatch, TextTransformations])
  const read = ({ facts, seen }: Inspection): Inspected => {
    const known = seen.get(key)
    if (known !== undefined) return known
    const texts = field.read(facts)
    const made = typeof texts === 'boolean' ? texts : texts.map(transform)
    seen.set(key, made)
    return made
  }
  return { field, read }
}

/** @param wholeSize  a body that is longer than what was looked at is so much longer, and not known farther */
function onField(on: OnField, test: (text: string) => boolean, wholeSize = false): Matcher {
  const { field, read } = transformed(on)
  return always(inspection => {
    const { facts } = inspection
    const texts = read(inspection)
    if (typeof texts === 'boolean') return texts
    if (wholeSize && field.location === 'BODY' && facts.bodyIsLonger) return test('x'.repeat(facts.body.length + 1))
    return texts.some(test)
  }, field.needsBody)
}

function attack(on: OnField, detect: Detector, what: Omit<MatchDetail, 'location' | 'matchedData'>): Matcher {
  const { field, read } = transformed(on)
  return always(inspection => {
    const texts = read(inspection)
    if (typeof texts === 'boolean') return texts
    for (const text of texts) {
      const found = detect(text)
      if (found === undefined) continue
      inspection.details.push({ ...what, location: field.location, matchedData: [found] })
      return true
    }
    return false
  }, field.needsBody)
}

const POSITIONS = {
  EXACTLY: (wanted: string) => (text: string) => text === wanted,
  STARTS_WITH: (wanted: string) => (text: string) => text.startsWith(wanted),
  ENDS_WITH: (wanted: string) => (text: string) => text.endsWith(wanted),
  CONTAINS: (wanted: string) => (text: string) => text.includes(wanted),
  CONTAINS_WORD: (wanted: string) => (text: string) => {
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      if (!/\w/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + wanted.length] ?? ' ')) return true
    }
    return false
  },
} as const

const COMPARISONS = {
  EQ: (a: number, b: number) => a === b,
  NE: (a: number, b: number) => a !== b,
  LE: (a: number, b: number) => a <= b,
  LT: (a: number, b: number) => a < b,
  GE: (a: number, b: number) => a >= b,
  GT: (a: number, b: number) => a > b,
} as const

/** The addresses in a header field in their order; nothing without the field. */
export function forwardedAddresses({ headers }: RequestFacts, name: string): readonly string[] | undefined {
  const found: string[] = []
  let present = false
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() !== name.toLowerCase()) continue
    present = true
    found.push(...(headers[at + 1] ?? '').split(',').map(each => each.trim()))
  }
  return present ? found : undefined
}

/** Whether a text is an address, IPv4 or IPv6. */
export const isAddress = (text: string): boolean =>
  /^(\d{1,3}\.){3}\d{1,3}$/.test(text) || (text.includes(':') && /^[0-9a-fA-F:.]+$/.test(text))

/** One part of a custom key: how it is called in records, and its value; nothing when the request has none. */
export interface RatePart {
  readonly key: string
  readonly name?: string
  read(inspection: Inspection): string | undefined
}

/** @param header  of the address that was passed on */
export function ratePart(key: RateKey, header: string | undefined): RatePart {
  const { Header, Cookie, QueryArgument, QueryString, UriPath, LabelNamespace } = key
  if (Header) {
    const transform = transforming(Header.TextTransformations)
    const field = fieldOf({ SingleHeader: { Name: Header.Name } })
    return {
      key: 'HEADER',
      name: Header.Name,
      read: ({ facts }) => {
        const values = field.read(facts)
        return typeof values === 'boolean' || values.length === 0 ? undefined : transform(values.join(','))
      },
    }
  }
  if (Cookie) return named('COOKIE', Cookie, ({ headers }) => cookiesOf(headers))
  if (QueryArgument) return named('QUERY_ARGUMENT', QueryArgument, ({ query }) => queryArguments(query))
  if (QueryString) {
    const transform = transforming(QueryString.TextTransformations)
    return { key: 'QUERY_STRING', read: ({ facts }) => transform(facts.query) }
  }
  if (UriPath) {
    const transform = transforming(UriPath.TextTransformations)
    return { key: 'URI_PATH', read: ({ facts }) => transform(facts.path) }
  }
  if (LabelNamespace) {
    const { Namespace } = LabelNamespace
    return {
      key: 'LABEL_NAMESPACE',
      name: Namespace,
      read: ({ labels }) => [...labels].filter(label => label.startsWith(Namespace)).join(',') || undefined,
    }
  }
  if (key.HTTPMethod) return { key: 'METHOD', read: ({ facts }) => facts.method }
  if (key.ForwardedIP) return { key: 'FORWARDED_IP', read: ({ facts }) => forwardedAddresses(facts, header ?? '')?.[0] }
  return { key: 'IP', read: ({ facts }) => facts.address }
}

function named(
  key: string,
  { Name, TextTransformations }: NonNullable<RateKey['Cookie']>,
  pairs: (facts: RequestFacts) => readonly [string, string][],
): RatePart {
  const transform = transforming(TextTransformations)
  return {
    key,
    name: Name,
    read({ facts }) {
      const found = pairs(facts).find(([name]) => name.toLowerCase() === Name.toLowerCase())
      return found && transform(found[1])
    },
  }
}
