import type { Directive } from './parse.ts'

/** Directives that send requests on, and the port of a destination that names none; FastCGI and its like have none. */
const PASSES: Readonly<Record<string, number | undefined>> = {
  proxy_pass: 80,
  grpc_pass: 80,
  fastcgi_pass: undefined,
  uwsgi_pass: undefined,
  scgi_pass: undefined,
  memcached_pass: undefined,
}

const SECURE_PORT = 443

export const isPass = (name: string): boolean => Object.hasOwn(PASSES, name)

/** Where a directive sends requests: `[scheme://]authority[rest]`. */
export interface Destination {
  /** With `://`; empty when there is none. */
  readonly scheme: string
  readonly authority: string
  /** The path, with its slash. */
  readonly rest: string
  readonly defaultPort: number | undefined
}

/** Takes a destination apart; one that is a variable as a whole has it as its authority. */
export function readDestination(pass: string, text: string): Destination {
  const [, scheme = '', authority = '', rest = ''] =
    /^([a-z]+:\/\/)?(unix:[^:]+:?|\$\{\w+\}(?::\d+)?|[^/$]*(?:\$\w+(?::\d+)?)?)(.*)$/s.exec(text) ?? []
  const secure = scheme === 'https://' || scheme === 'grpcs://' || scheme === 'suwsgi://'
  return { scheme, authority, rest, defaultPort: secure ? SECURE_PORT : PASSES[pass] }
}

/** `$name` or `${name}`, with or without a port after it. */
export function variableIn(authority: string): { readonly name: string; readonly port: string } | undefined {
  const found = /^\$(?:\{(\w+)\}|(\w+))(:\d+)?$/.exec(authority)
  return found ? { name: found[1] ?? found[2] ?? '', port: found[3] ?? '' } : undefined
}

/** `host[:port]`, `[v6]:port`. */
export function hostAndPort(authority: string): { readonly host: string; readonly port: number | undefined } {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(authority) ?? []
  return { host: (bracketed ?? plain).toLowerCase(), port: port === undefined ? undefined : Number(port) }
}

/** Blocks that give a variable one of several values. */
const CHOOSERS = new Set(['map', 'split_clients', 'geo'])

/** In a `map` or a `geo` these are settings, not values. */
const SETTINGS = new Set(['hostnames', 'volatile', 'include', 'ranges', 'proxy', 'proxy_recursive', 'delete'])

/** The variable that a `set`, `map`, `geo` or `split_clients` gives a value; nothing for other directives. */
export function assignedVariable({ name, words, block }: Directive): string | undefined {
  if (name === 'set') return words[0]?.text.replace(/^\$/, '')
  if (block && CHOOSERS.has(name)) return words.at(-1)?.text.replace(/^\$/, '')
  return undefined
}

/** Whether an entry of a `map`, `geo` or `split_clients` is a value, and not a setting of the block. */
export const isChoice = (entry: Directive): boolean => entry.words.length === 1 && !SETTINGS.has(entry.name)

/** Every value that the configuration gives a variable. */
export function valuesOf(variable: string, tree: readonly Directive[]): readonly string[] {
  return tree.flatMap(directive => {
    const { name, words, block = [] } = directive
    if (assignedVariable(directive) !== variable) return valuesOf(variable, block)
    if (name === 'set') return [words[1]?.text ?? '']
    return block.filter(isChoice).map(entry => entry.words[0]?.text ?? '')
  })
}
