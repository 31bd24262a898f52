import { seconds } from '@terrace/kit'
import type { BucketCorsRule } from '@terrace/model'
import { flatList } from '../../gateway/xml.ts'
import type { BucketState } from './bucket-state.ts'
import type { ServiceCall } from './call.ts'
import { CorsForbidden, InsufficientCorsInformation, InvalidRequest, MalformedXml } from './errors.ts'
import { MOST_CORS_RULES } from './limits.ts'
import { sendEmpty } from './reply.ts'
import type { XmlElement } from './xml-element.ts'

type Header = ServiceCall['header']

/** What a page asks to do. */
interface CorsRequest {
  readonly origin: string
  readonly method: string
  /** In lower case. */
  readonly headers: readonly string[]
}

/**
 * Answers a browser's question whether a page may call.
 *
 * @throws CorsForbidden, InsufficientCorsInformation
 * @see S3 API Reference "OPTIONS object"; S3 User Guide "Using cross-origin resource sharing (CORS)"
 */
export function answerPreflight(
  call: Pick<ServiceCall, 'exchange' | 'outcome' | 'realtime' | 'header'>,
  { settings }: BucketState,
): void {
  const origin = call.header('origin')
  const method = call.header('access-control-request-method')
  if (origin === undefined) throw new InsufficientCorsInformation('Origin')
  if (method === undefined) throw new InsufficientCorsInformation('Access-Control-Request-Method')
  if (settings.cors.length === 0) throw new CorsForbidden('CORS is not enabled for this bucket.', method)
  const request = { origin, method, headers: listOf(call.header('access-control-request-headers')) }
  const rule = ruleFor(settings.cors, request)
  if (!rule) {
    const message =
      "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
    throw new CorsForbidden(message, method)
  }
  sendEmpty(call, 200, corsHeaders(rule, request))
}

/** Header fields that let a page read the answer; none when no rule does. */
export function corsAnswer(
  header: Header,
  method: string,
  { settings }: BucketState,
): Readonly<Record<string, string>> {
  const origin = header('origin')
  if (origin === undefined || settings.cors.length === 0) return {}
  const request = { origin, method, headers: [] }
  const rule = ruleFor(settings.cors, request)
  return rule ? corsHeaders(rule, request) : {}
}

const ruleFor = (rules: readonly BucketCorsRule[], { origin, method, headers }: CorsRequest) =>
  rules.find(
    rule =>
      rule.allowedOrigins.some(each => fits(each, origin)) &&
      rule.allowedMethods.includes(method) &&
      headers.every(name => rule.allowedHeaders.some(each => fits(each.toLowerCase(), name))),
  )

function corsHeaders(rule: BucketCorsRule, { origin, headers }: CorsRequest): Readonly<Record<string, string>> {
  const everybody = rule.allowedOrigins.includes('*')
  return {
    'access-control-allow-origin': everybody ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(headers.length > 0 ? { 'access-control-allow-headers': headers.join(', ') } : {}),
    ...(rule.exposedHeaders.length > 0 ? { 'access-control-expose-headers': rule.exposedHeaders.join(', ') } : {}),
    ...(rule.maxAge === undefined ? {} : { 'access-control-max-age': String(rule.maxAge / 1000) }),
    ...(everybody ? {} : { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}

const listOf = (field: string | undefined): readonly string[] =>
  (field ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase())
    .filter(name => name !== '')

/** A pattern with at most one `*`. */
function fits(pattern: string, text: string): boolean {
  const [before = '', after] = pattern.split('*')
  if (after === undefined) return pattern === text
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
}

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE']

/** Reads a `<CORSConfiguration>`. @throws MalformedXml, InvalidRequest */
export function readCors(root: XmlElement): readonly BucketCorsRule[] {
  const rules = root.children('CORSRule').map(readRule)
  if (rules.length === 0 || rules.length > MOST_CORS_RULES) throw new MalformedXml()
  return rules
}

function readRule(element: XmlElement): BucketCorsRule {
  const id = element.text('ID')
  const maxAge = element.count('MaxAgeSeconds')
  const rule = {
    ...(id === undefined ? {} : { id }),
    allowedOrigins: element.texts('AllowedOrigin'),
    allowedMethods: element.texts('AllowedMethod'),
    allowedHeaders: element.texts('AllowedHeader'),
    exposedHeaders: element.texts('ExposeHeader'),
    ...(maxAge === undefined ? {} : { maxAge: seconds(maxAge) }),
  }
  if (rule.allowedOrigins.length === 0 || rule.allowedMethods.length === 0) throw new MalformedXml()
  const unknown = rule.allowedMethods.find(method => !METHODS.includes(method))
  if (unknown !== undefined) {
    throw new InvalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`)
  }
  for (const [what, patterns] of [
    ['AllowedOrigin', rule.allowedOrigins],
    ['AllowedHeader', rule.allowedHeaders],
  ] as const) {
    const wild = patterns.find(pattern => pattern.split('*').length > 2)
    if (wild !== undefined) throw new InvalidRequest(`${what} "${wild}" can not have more than one wildcard.`)
  }
  return rule
}

/** The content of a `<CORSConfiguration>`. */
export const writeCors = (rules: readonly BucketCorsRule[]) => ({
  CORSRule: flatList(
    rules.map(rule => ({
      ID: rule.id,
      AllowedHeader: flatList(rule.allowedHeaders),
      AllowedMethod: flatList(rule.allowedMethods),
      AllowedOrigin: flatList(rule.allowedOrigins),
      ExposeHeader: flatList(rule.exposedHeaders),
      MaxAgeSeconds: rule.maxAge === undefined ? undefined : rule.maxAge / 1000,
    })),
  ),
})
