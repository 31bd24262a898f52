/**
 * Loaded into every Node process of a workload before its own code (`NODE_OPTIONS=--require`). It gives the process the
 * network of its instance: what it connects to is decided by the names and rules of the system, where it listens is the
 * interface of its instance. The rules come over one control socket and are kept up to date; decisions are made here.
 *
 * It never fails open: without rules, and for everything that no rule allows, a connection stays silent.
 */
const net: typeof import('node:net') = require('node:net')
const path: typeof import('node:path') = require('node:path')

interface View {
  readonly version: number
  readonly names: Record<string, readonly string[]>
  readonly reach: readonly { address: string; folder: string; ports: readonly (readonly [number, number])[] }[]
}

type Decision = { readonly socket: string } | { readonly error: 'ENOTFOUND' | 'ECONNREFUSED' } | 'silence'

interface ConnectOptions {
  readonly path?: string
  readonly host?: string
  readonly port?: number | string
}

/** Linux gives up on an unanswered connection after this long (tcp_syn_retries 6). */
const SYN_TIMEOUT_MS = 127_000

const linkPath = process.env.TERRACE_LINK
const folder = process.env.TERRACE_FOLDER

if (linkPath !== undefined && folder !== undefined) install(linkPath, folder)

function install(link: string, ownFolder: string): void {
  const connect = net.Socket.prototype.connect
  const listen = net.Server.prototype.listen
  const { rules, report } = openLink(link, connect)

  net.Socket.prototype.connect = function (this: import('node:net').Socket, ...parameters: unknown[]) {
    const { options, callback } = normalize(parameters)
    if (options.path !== undefined) return Reflect.apply(connect, this, parameters)
    if (callback) this.once('connect', callback)
    Object.assign(this, { connecting: true })
    const host = options.host ?? 'localhost'
    const port = Number(options.port)
    // Referenced, as a connection under way is: it keeps the process alive until it is decided.
    const giveUp = setTimeout(() => this.destroy(failure('ETIMEDOUT', host, port)), SYN_TIMEOUT_MS)
    this.once('close', () => clearTimeout(giveUp))
    rules.then(decide => {
      const decision = decide(host, port, ownFolder)
      if (decision === 'silence') report({ dropped: { host, port } })
      if (this.destroyed || decision === 'silence') return
      clearTimeout(giveUp)
      if ('error' in decision) this.destroy(failure(decision.error, host, port))
      else passOn(this, connect, decision.socket, host, port)
    })
    return this
  } as typeof connect

  net.Server.prototype.listen = function (this: import('node:net').Server, ...parameters: unknown[]) {
    const { options, callback } = normalize(parameters)
    if (options.path !== undefined || options.port === undefined) return Reflect.apply(listen, this, parameters)
    const port = Number(options.port) || ephemeralPort()
    if (callback) this.once('listening', callback)
    this.address = () => ({ address: options.host ?? '0.0.0.0', family: 'IPv4', port })
    return Reflect.apply(listen, this, [{ path: path.join(ownFolder, String(port)) }])
  } as typeof listen
}

// The connection on the other side of the socket looks like a TCP connection to the application.
function passOn(
  socket: import('node:net').Socket,
  connect: import('node:net').Socket['connect'],
  to: string,
  host: string,
  port: number,
): void {
  const emit = socket.emit
  socket.emit = function (this: import('node:net').Socket, event: string, ...values: unknown[]) {
    const error = values[0]
    if (event === 'error' && error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return Reflect.apply(emit, this, [event, failure('ECONNREFUSED', host, port)])
    }
    return Reflect.apply(emit, this, [event, ...values])
  } as typeof emit
  Reflect.apply(connect, socket, [{ path: to }])
}

/** The rules as they are at the moment they are asked, once there are any; and the way to tell what was decided. */
interface Link {
  readonly rules: Promise<(host: string, port: number, ownFolder: string) => Decision>
  readonly report: (what: object) => void
}

function openLink(link: string, connect: import('node:net').Socket['connect']): Link {
  let view: View | undefined
  const socket = new net.Socket()
  const report = (what: object) => void (socket.writable && socket.write(`${JSON.stringify(what)}\n`))
  const rules = new Promise<(host: string, port: number, ownFolder: string) => Decision>(resolve => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) {
        const next = JSON.parse(line) as View
        if (view === undefined || next.version >= view.version) view = next
      }
      if (view) resolve((host, port, ownFolder) => (view ? decideBy(view, host, port, ownFolder) : 'silence'))
    })
  })
  // Whoever gave the rules is gone: nothing is allowed any more.
  const close = () => {
    view = { version: Number.MAX_SAFE_INTEGER, names: {}, reach: [] }
  }
  socket.on('error', close)
  socket.on('close', close)
  Reflect.apply(connect, socket, [{ path: link }])
  report({ pid: process.pid })
  socket.unref()
  return { rules, report }
}

function decideBy(view: View, host: string, port: number, ownFolder: string): Decision {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.'))
    return { socket: path.join(ownFolder, String(port)) }
  const address = net.isIP(host) ? host : view.names[host.toLowerCase()]?.[0]
  if (address === undefined) return { error: 'ENOTFOUND' }
  const target = view.reach.find(candidate => candidate.address === address)
  const open = target?.ports.some(([first, last]) => port >= first && port <= last)
  return target && open ? { socket: path.join(target.folder, String(port)) } : 'silence'
}

// Node calls these with its own normalized array as well as with what the application wrote.
function normalize(parameters: unknown[]): { options: ConnectOptions; callback?: () => void } {
  const list = Array.isArray(parameters[0]) ? parameters[0] : parameters
  const last = list.findLast((value: unknown) => typeof value === 'function') as (() => void) | undefined
  const first: unknown = list[0]
  const callback = last ? { callback: last } : {}
  if (typeof first === 'object' && first !== null) return { options: first as ConnectOptions, ...callback }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { options: { path: first }, ...callback }
  if (first === undefined || typeof first === 'function') return { options: { port: 0 }, ...callback }
  const host = typeof list[1] === 'string' ? { host: list[1] } : {}
  return { options: { port: Number(first), ...host }, ...callback }
}

let nextPort = 49_152
const ephemeralPort = (): number => nextPort++

const MESSAGES = {
  ENOTFOUND: (host: string) => `getaddrinfo ENOTFOUND ${host}`,
  ECONNREFUSED: (host: string, port: number) => `connect ECONNREFUSED ${host}:${port}`,
  ETIMEDOUT: (host: string, port: number) => `connect ETIMEDOUT ${host}:${port}`,
}

function failure(code: keyof typeof MESSAGES, host: string, port: number): Error {
  const syscall = code === 'ENOTFOUND' ? 'getaddrinfo' : 'connect'
  return Object.assign(new Error(MESSAGES[code](host, port)), { code, syscall, address: host, port })
}
