import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TerraceError } from '@terrace/kit'
import { assignedVariable, isChoice, isPass } from './destinations.ts'
import { listenHere } from './listen.ts'
import { mimeTypes } from './mime-types.ts'
import { type Directive, parseNginx, type Word } from './parse.ts'
import { isPathDirective, pathHere } from './paths.ts'
import { directive, printNginx, wordOf } from './print.ts'
import { surroundings } from './surroundings.ts'
import { loadsTraces, withTraces } from './traces.ts'
import { Upstreams } from './upstreams.ts'

/** The machine that a configuration is rendered for. */
export interface NginxSite {
  /** A whole configuration, or the inside of its `http` block. */
  readonly level: 'main' | 'http'
  /** For NGINX's own files: process id, temporary files. */
  readonly folder: string
  /** The host's folder: what the configuration knows as `/srv/site` is `<root>/srv/site`. */
  readonly root: string
  /** Where the access log goes, whatever file it names. */
  readonly accessLog: string
  /** The host's private address. */
  readonly address: string
  /** PEM file of the authorities that workloads trust. */
  readonly authorityFile: string
  /** The socket on which the host listens for a port. */
  readonly socketOf: (port: number) => string
  readonly loopbackSocketOf: (port: number) => string
  /** A socket that stands for a host and port on the network of this host. */
  readonly openRelay: (host: string, port: number) => Promise<string>
}

/** A configuration that can run here. */
export interface RenderedNginx {
  readonly text: string
  /** The sockets it listens on. */
  readonly sockets: readonly string[]
}

/** Directives that would have NGINX open connections or load code that nobody here controls. */
const REFUSED: Readonly<Record<string, string>> = {
  load_module: 'loads a module',
  stream: 'forwards plain TCP and UDP',
  mail: 'is a mail proxy',
}

const REFUSED_PREFIXES = ['js_', 'perl', 'lua_', 'opentracing']

/** Settings of the process itself, which it has from its surroundings here. */
const DROPPED = new Set([
  'user',
  'pid',
  'daemon',
  'master_process',
  'worker_processes',
  'worker_cpu_affinity',
  'worker_priority',
  'worker_rlimit_nofile',
  'working_directory',
  'lock_file',
  'events',
  // Names are looked up by the relays, each time anew.
  'resolver',
  'resolver_timeout',
  'proxy_bind',
  'grpc_bind',
  'fastcgi_bind',
])

/**
 * Renders a configuration for one host of the local cloud: it listens on the sockets of the host's interface, sends
 * requests through relays that the network decides about, finds its files below the host's folder, and logs to one
 * place. Everything else stays as it is.
 *
 * differs: who connects is not known, so that `$remote_addr` is the host's own address
 * @throws TerraceError NGINX_SYNTAX, NGINX_NOT_HERE naming the line
 */
export async function renderNginx(configuration: string, site: NginxSite): Promise<RenderedNginx> {
  const renderer = new Renderer(parseNginx(configuration), site)
  return renderer.render()
}

class Renderer {
  readonly #tree: readonly Directive[]
  readonly #site: NginxSite
  readonly #upstreams: Upstreams
  readonly #sockets = new Set<string>()

  constructor(tree: readonly Directive[], site: NginxSite) {
    this.#site = site
    this.#tree = this.#traced(this.#included(tree, 0))
    this.#upstreams = new Upstreams(this.#tree, site)
  }

  async render(): Promise<RenderedNginx> {
    const http = this.#site.level === 'http' ? this.#tree : this.#httpOf(this.#tree)
    const body = await this.#all(http)
    const text = printNginx(surroundings(this.#site, body, this.#upstreams.blocks))
    return { text, sockets: [...this.#sockets] }
  }

  #traced(tree: readonly Directive[]): readonly Directive[] {
    if (this.#site.level === 'http') return withTraces(tree)
    return tree
      .filter(each => !loadsTraces(each))
      .map(each => (each.name === 'http' && each.block ? { ...each, block: withTraces(each.block) } : each))
  }

  #httpOf(tree: readonly Directive[]): readonly Directive[] {
    for (const each of tree) {
      if (each.name !== 'http' && !DROPPED.has(each.name)) this.#refuse(each)
    }
    return tree.flatMap(each => (each.name === 'http' ? (each.block ?? []) : []))
  }

  // Included files are part of the text, because what they say has to be rendered, too.
  #included(tree: readonly Directive[], depth: number): readonly Directive[] {
    return tree.flatMap(each => {
      const block = each.block && { block: this.#included(each.block, depth) }
      const name = each.words[0]?.text ?? ''
      if (each.name !== 'include' || each.block) return [{ ...each, ...block }]
      if (/(^|\/)mime\.types$/.test(name)) return [mimeTypes]
      if (depth > 10) throw notHere(each, 'includes files that include one another')
      const pattern = join(this.#site.root, name.startsWith('/') ? name : join('/etc/nginx', name))
      const isGlob = /[*?[]/.test(name)
      const files = globSync(pattern).sort()
      if (files.length === 0 && !isGlob) throw notHere(each, `includes ${name}, which is not among its files`)
      return files.flatMap(file => this.#included(parseNginx(readFileSync(file, 'utf8')), depth + 1))
    })
  }

  async #all(tree: readonly Directive[]): Promise<readonly Directive[]> {
    const rendered: Directive[] = []
    for (const each of tree) rendered.push(...(await this.#one(each)))
    return rendered
  }

  async #one(each: Directive): Promise<readonly Directive[]> {
    this.#refuse(each)
    const { name, words, block } = each
    if (DROPPED.has(name)) return []
    if (name === 'server' && block) return [await this.#server(each)]
    if (name === 'upstream' && block) return [await this.#upstreams.own(each)]
    if (isPass(name)) return [{ ...each, words: [wordOf(await this.#upstreams.pass(each)), ...words.slice(1)] }]
    if (name === 'access_log') return [this.#accessLog(each)]
    if (name === 'error_log') return [directive('error_log', 'stderr', ...words.slice(1).map(({ text }) => text))]
    if (name === 'ssl_stapling') return [directive(name, 'off')]
    if (name === 'set_real_ip_from') return [each, directive(name, 'unix:')]
    const variable = assignedVariable(each)
    if (variable !== undefined && this.#upstreams.isDestination(variable))
      return [await this.#assignment(each, variable)]
    const path = isPathDirective(name) ? this.#path(each) : undefined
    const own = (path ? [path, ...words.slice(1)] : words).map(renamed)
    return [{ ...each, words: own, ...(block ? { block: await this.#all(block) } : {}) }]
  }

  async #server(each: Directive): Promise<Directive> {
    const { block = [] } = each
    const listens = block.some(({ name }) => name === 'listen')
    const seen = new Set<string>()
    const here = (listens ? block : [directive('listen', '80'), ...block]).flatMap(inner => {
      if (inner.name !== 'listen') return [inner]
      const listening = listenHere(inner, this.#site.socketOf)
      const socket = listening?.directive.words[0]?.text ?? ''
      if (!listening || seen.has(socket)) return []
      seen.add(socket)
      this.#sockets.add(socket.replace(/^unix:/, ''))
      return [listening.directive]
    })
    return { ...each, block: await this.#all(here) }
  }

  /** A variable that requests are sent to: its values are names of upstreams. */
  async #assignment(each: Directive, variable: string): Promise<Directive> {
    const { name, words, block } = each
    if (name === 'set')
      return { ...each, words: [...words.slice(0, 1), await this.#destination(each, variable, words[1])] }
    const entries: Directive[] = []
    for (const entry of block ?? []) {
      if (!isChoice(entry)) entries.push(entry)
      else entries.push({ ...entry, words: [await this.#destination(entry, variable, entry.words[0])] })
    }
    return { ...each, block: entries }
  }

  async #destination(each: Directive, variable: string, value: Word | undefined): Promise<Word> {
    return wordOf(await this.#upstreams.value(each, variable, value?.text ?? ''))
  }

  #accessLog(each: Directive): Directive {
    const [path, format] = each.words
    if (path?.text === 'off') return each
    const isFormat = format && !format.text.includes('=') && format.text !== 'combined'
    const condition = each.words.filter(({ text }) => text.startsWith('if=')).map(renamed)
    return { ...each, words: [wordOf(this.#site.accessLog), wordOf(isFormat ? format.text : 'terrace'), ...condition] }
  }

  #path(each: Directive): Word {
    const text = each.words[0]?.text ?? ''
    const here = pathHere(each.name, text, this.#site)
    if (here === undefined) throw notHere(each, `names a path that is known at run time alone (${text})`)
    return wordOf(here)
  }

  #refuse(each: Directive): void {
    const { name } = each
    const because =
      REFUSED[name] ?? (REFUSED_PREFIXES.some(prefix => name.startsWith(prefix)) ? 'runs code' : undefined)
    if (because !== undefined || name.includes('_by_lua')) throw notHere(each, because ?? 'runs code')
  }
}

/** Variables whose value depends on how NGINX is connected; `surroundings` gives them. */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/\$(?:\{remote_addr\}|remote_addr\b)/g, '${terrace_remote_addr}'],
  [/\$(?:\{proxy_add_x_forwarded_for\}|proxy_add_x_forwarded_for\b)/g, '${terrace_forwarded_for}'],
  [/\$(?:\{proxy_host\}|proxy_host\b)/g, '${terrace_proxy_host}'],
  [/\$(?:\{otel_trace_id\}|otel_trace_id\b)/g, '${terrace_trace_id}'],
  [/\$(?:\{otel_span_id\}|otel_span_id\b)/g, '${terrace_span_id}'],
  [/\$(?:\{otel_parent_id\}|otel_parent_id\b)/g, '${terrace_parent_id}'],
  [/\$(?:\{otel_parent_sampled\}|otel_parent_sampled\b)/g, '${terrace_parent_sampled}'],
]

function renamed(word: Word): Word {
  const raw = RENAMED.reduce((text, [from, to]) => text.replace(from, to), word.raw)
  return raw === word.raw ? word : { raw, text: word.text }
}

/** What would run on AWS and can't run here. */
export const notHere = ({ name, line }: Directive, because: string): TerraceError =>
  new TerraceError('NGINX_NOT_HERE', `NGINX configuration, line ${line}: ${name} ${because}; that can't run here`)
