import type { ListenerRule, RuleCondition } from '@terrace/model'
import { contains } from '../../network/addresses.ts'
import type { Client } from '../http1/exchange.ts'
import { getHeader, getHeaders } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'

/** The parts of a request that rules look at. */
export interface RuleInput {
  readonly method: string
  /** In lower case, without port. */
  readonly host: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly headers: readonly string[]
  readonly clientAddress: string
}

export function ruleInput(request: MessageHead, client: Client): RuleInput {
  const mark = request.target.indexOf('?')
  return {
    method: request.method,
    host: hostOf(getHeader(request.headers, 'host') ?? ''),
    path: mark < 0 ? request.target : request.target.slice(0, mark),
    query: mark < 0 ? '' : request.target.slice(mark + 1),
    headers: request.headers,
    clientAddress: client.address,
  }
}

/** A Host value in lower case and without its port. */
export const hostOf = (host: string): string => withoutPort(host).toLowerCase()

/** A Host value as it is written, without its port. */
export function withoutPort(host: string): string {
  let end = host.length - 1
  while (isDigit(host.charCodeAt(end))) end--
  return host[end] === ':' ? host.slice(0, end) : host
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57

/**
 * The first rule that matches; the default one always does.
 * @see ELB User Guide for Application Load Balancers, "Condition types for listener rules"
 */
export function matchRule(rules: readonly ListenerRule[], input: RuleInput): ListenerRule | undefined {
  return rules.find(rule => rule.conditions.every(condition => matches(condition, input)))
}

/**
 * A path as patterns see it: without dot segments, and without escapes of characters that need none. The request itself
 * goes on as it came.
 */
export function normalizedPath(path: string): string {
  if (!path.includes('%') && !path.includes('/.')) return path
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return /[A-Za-z0-9._~-]/.test(character) ? character : escaped.toUpperCase()
  })
  const kept: string[] = []
  const segments = decoded.split('/')
  for (const segment of segments.slice(1)) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  const last = segments.at(-1)
  return `/${kept.join('/')}${(last === '.' || last === '..') && kept.length > 0 ? '/' : ''}`
}

function matches(condition: RuleCondition, input: RuleInput): boolean {
  switch (condition.field) {
    case 'path-pattern':
      return condition.values.some(pattern => wildcard(pattern, true).test(normalizedPath(input.path)))
    case 'host-header':
      return condition.values.some(pattern => wildcard(pattern, false).test(input.host))
    case 'http-request-method':
      return condition.values.includes(input.method)
    case 'source-ip':
      return condition.values.some(cidr => !cidr.includes(':') && contains(cidr, input.clientAddress))
    case 'http-header': {
      const values = getHeaders([...input.headers], condition.name)
      return condition.values.some(pattern => values.some(value => wildcard(pattern, false).test(value)))
    }
    case 'query-string': {
      const pairs = [...new URLSearchParams(input.query)]
      return condition.values.some(({ key, value }) =>
        pairs.some(([k, v]) => (key === undefined || wildcard(key, false).test(k)) && wildcard(value, false).test(v)),
      )
    }
  }
}

const compiled = new Map<string, RegExp>()

/** `*` stands for any characters, `?` for exactly one. */
export function wildcard(pattern: string, caseSensitive: boolean): RegExp {
  const key = `${caseSensitive ? 's' : 'i'}${pattern}`
  const known = compiled.get(key)
  if (known) return known
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const made = new RegExp(`^${source}$`, caseSensitive ? 's' : 'is')
  compiled.set(key, made)
  return made
}
