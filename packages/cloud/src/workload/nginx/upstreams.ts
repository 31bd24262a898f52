import { join } from 'node:path'
import { TerraceError } from '@terrace/kit'
import { type Destination, hostAndPort, isPass, readDestination, valuesOf, variableIn } from './destinations.ts'
import type { Directive } from './parse.ts'
import { directive, wordOf } from './print.ts'

/** What destinations become. */
interface Site {
  readonly root: string
  readonly socketOf: (port: number) => string
  readonly loopbackSocketOf: (port: number) => string
  readonly openRelay: (host: string, port: number) => Promise<string>
}

/** An upstream that stands for a destination of the configuration. */
export interface Relayed {
  /** Its name in the rendered configuration. */
  readonly name: string
  /** What `$proxy_host` says on AWS. */
  readonly proxyHost: string
  readonly host: string
  readonly socket: string
  /** Where on this host else: a process that listens on every address listens there. */
  readonly elsewhere?: string
}

const LOCAL = new Set(['localhost', '127.0.0.1', '::1'])

/**
 * Gives every destination of a configuration an `upstream` block over a relay. The block has the destination's own name,
 * so that what depends on the name stays: NGINX looks among its upstreams before it asks a resolver, also for names that
 * it finds in variables. One with a port of its own can't have one by that rule, and gets a name beside it.
 *
 * @see nginx.org, ngx_http_proxy_module, `proxy_pass`: "the name is searched among the described server groups"
 */
export class Upstreams {
  readonly #tree: readonly Directive[]
  readonly #site: Site
  readonly #own: ReadonlySet<string>
  readonly #relayed = new Map<string, Relayed>()
  readonly #destinations = new Map<string, Destination>()

  constructor(tree: readonly Directive[], site: Site) {
    this.#tree = tree
    this.#site = site
    this.#own = new Set(ownNames(tree))
    for (const each of passesIn(tree)) this.#noteVariable(each)
  }

  /** Those that were asked for. */
  get blocks(): readonly Relayed[] {
    return [...this.#relayed.values()]
  }

  /** Whether requests are sent to what the variable says. */
  isDestination(variable: string): boolean {
    return this.#destinations.has(variable)
  }

  /** The value of a `proxy_pass` and its like. */
  async pass(each: Directive): Promise<string> {
    const text = each.words[0]?.text ?? ''
    const destination = readDestination(each.name, text)
    if (!variableIn(destination.authority)) return this.#rewritten(each, destination)
    // Its values carry the port; what is appended here would make another name of them.
    const { scheme, authority, rest } = destination
    const { name } = variableIn(authority) ?? { name: '' }
    return `${scheme}\${${name}}${rest}`
  }

  /** A value of a variable that requests are sent to. */
  async value(each: Directive, variable: string, text: string): Promise<string> {
    const where = this.#destinations.get(variable)
    if (text === '' || !where) return text
    if (text.includes('$')) throw unknown(each, text)
    if (where.scheme === '' && /^[a-z]+:\/\//.test(text)) {
      return this.#rewritten(each, readDestination('proxy_pass', text))
    }
    return this.#name(each, `${text}${variableIn(where.authority)?.port ?? ''}`, where.defaultPort)
  }

  /** An `upstream` block of the configuration itself. */
  async own(each: Directive): Promise<Directive> {
    const block: Directive[] = []
    for (const inner of each.block ?? []) {
      if (inner.name !== 'server') block.push(inner)
      else block.push(await this.#server(inner))
    }
    return { ...each, block }
  }

  async #server(each: Directive): Promise<Directive> {
    const text = each.words[0]?.text ?? ''
    const rest = each.words.slice(1).filter(({ text: word }) => word !== 'resolve' && !word.startsWith('service='))
    if (text.startsWith('unix:')) return { ...each, words: [wordOf(this.#local(text)), ...rest] }
    const { host, port = 80 } = hostAndPort(text)
    return { ...each, words: [wordOf(`unix:${await this.#socket(host, port)}`), ...rest] }
  }

  async #rewritten(each: Directive, { scheme, authority, rest, defaultPort }: Destination): Promise<string> {
    if (authority.startsWith('unix:')) return `${scheme}${this.#local(authority)}${rest}`
    if (authority.includes('$')) throw unknown(each, authority)
    return `${scheme}${await this.#name(each, authority, defaultPort)}${rest}`
  }

  /** The upstream for `host[:port]`. */
  async #name(each: Directive, authority: string, defaultPort: number | undefined): Promise<string> {
    if (this.#own.has(authority)) return authority
    const { host, port } = hostAndPort(authority)
    const wanted = port ?? defaultPort
    if (wanted === undefined) throw unknown(each, authority)
    const key = `${host}:${wanted}`
    const known = this.#relayed.get(key)
    if (known) return known.name
    const taken = this.blocks.some(({ name }) => name === host) || this.#own.has(host)
    const name = (port === undefined || port === defaultPort) && !taken ? host : `${host}.port-${wanted}`
    const proxyHost = port === undefined || port === defaultPort ? host : authority
    const sockets = LOCAL.has(host)
      ? { socket: this.#site.loopbackSocketOf(wanted), elsewhere: this.#site.socketOf(wanted) }
      : { socket: await this.#site.openRelay(host, wanted) }
    this.#relayed.set(key, { name, proxyHost, host, ...sockets })
    return name
  }

  #socket(host: string, port: number): Promise<string> | string {
    return LOCAL.has(host) ? this.#site.socketOf(port) : this.#site.openRelay(host, port)
  }

  #local(address: string): string {
    return `unix:${join(this.#site.root, address.slice('unix:'.length))}`
  }

  #noteVariable(each: Directive): void {
    const destination = readDestination(each.name, each.words[0]?.text ?? '')
    const variable = variableIn(destination.authority)
    if (!variable) return
    if (valuesOf(variable.name, this.#tree).length === 0) throw unknown(each, destination.authority)
    this.#destinations.set(variable.name, destination)
  }
}

const ownNames = (tree: readonly Directive[]): string[] =>
  tree.flatMap(({ name, words, block = [] }) => (name === 'upstream' ? [words[0]?.text ?? ''] : ownNames(block)))

const passesIn = (tree: readonly Directive[]): Directive[] =>
  tree.flatMap(each => (isPass(each.name) ? [each] : passesIn(each.block ?? [])))

const unknown = ({ name, line }: Directive, authority: string): TerraceError =>
  new TerraceError(
    'NGINX_NOT_HERE',
    `NGINX configuration, line ${line}: ${name} sends requests to ${authority}, which is known at run time alone; that can't run here`,
    { hint: 'name the host, or set the variable to one' },
  )

/** The blocks of relayed destinations. */
export const upstreamBlocks = (relayed: readonly Relayed[]): Directive[] =>
  relayed.map(({ name, socket, elsewhere }) => ({
    ...directive('upstream', name),
    block:
      elsewhere === undefined
        ? [directive('server', `unix:${socket}`)]
        : [
            // Neither is given up for a while when it was not there: alone, none would be.
            directive('server', `unix:${socket}`, 'max_fails=0'),
            directive('server', `unix:${elsewhere}`, 'max_fails=0', 'backup'),
          ],
  }))
