// Loaded into workloads: imports nothing outside this folder.
import { existsSync, unlinkSync } from 'node:fs'
import net, { type Server, type Socket } from 'node:net'
import type { Choice } from './choose.ts'
import { choose, proxyLine, Rotation, SourcePorts, sourceOf } from './choose.ts'
import type { Connections } from './connections.ts'
import { connectionFailure, lookupFailure } from './failures.ts'
import { isLoopback, type LiveView } from './live-view.ts'
import type { ProcessLink } from './process-link.ts'
import type { Timers } from './timers.ts'

/** Linux gives up on an unanswered connection after this long (tcp_syn_retries 6), in milliseconds. */
const SYN_TIMEOUT = 127_000

/** Node's own functions, which still lead to this machine. */
export interface NodeOwn {
  readonly connect: Socket['connect']
  readonly listen: Server['listen']
}

/** What sockets of a process need. */
export interface SocketParts {
  readonly own: NodeOwn
  /** Of the interface: where its listeners are. */
  readonly folder: string
  readonly link: ProcessLink
  readonly connections: Connections
  readonly timers: Timers
}

interface ConnectOptions {
  readonly path?: string
  readonly host?: string | null
  readonly port?: number | string
  readonly fd?: number
  readonly family?: number | string
  readonly autoSelectFamily?: boolean
  readonly lookup?: typeof import('node:dns').lookup
}

type Connect = Extract<Choice, { kind: 'connect' }>

/** Replaces `connect` and `listen` of every socket and server in the process. */
export function installSockets(parts: SocketParts): void {
  const { own, link, timers } = parts
  const rotation = new Rotation()
  const sourcePorts = new SourcePorts(timers.random())

  net.Socket.prototype.connect = function (this: Socket, ...parameters: unknown[]) {
    const { options, callback } = normalize(parameters)
    if (typeof options.path === 'string') return Reflect.apply(own.connect, this, parameters)
    if (callback) this.once('connect', callback)
    // What Node does first with a socket that connects again; later it would forget that the application ended it.
    undestroy(this)
    Object.assign(this, { connecting: true })
    const attempt = new Attempt(this, options, parts, rotation, sourcePorts)
    const view = link.current()
    if (view) attempt.begin(view)
    else link.first.then(first => attempt.begin(first))
    return this
  } as typeof own.connect

  net.Server.prototype.listen = function (this: Server, ...parameters: unknown[]) {
    const { options, callback } = normalize(parameters)
    const isPort = options.path === undefined && options.fd === undefined && 'port' in options
    if (!isPort) return Reflect.apply(own.listen, this, parameters)
    if (callback) this.once('listening', callback)
    listen(this, options.host ?? '0.0.0.0', Number(options.port) || 0, parts)
    return this
  } as typeof own.listen
}

/** One connection from its first packet to its being there. */
class Attempt {
  readonly #socket: Socket
  readonly #options: ConnectOptions
  readonly #host: string
  readonly #port: number
  readonly #parts: SocketParts
  readonly #rotation: Rotation
  readonly #sourcePorts: SourcePorts
  readonly #giveUp: () => void

  constructor(
    socket: Socket,
    options: ConnectOptions,
    parts: SocketParts,
    rotation: Rotation,
    sourcePorts: SourcePorts,
  ) {
    this.#socket = socket
    this.#options = options
    this.#host = options.host || 'localhost'
    this.#port = Number(options.port)
    this.#parts = parts
    this.#rotation = rotation
    this.#sourcePorts = sourcePorts
    // A connection under way keeps the process alive until it is decided.
    this.#giveUp = parts.timers.after(SYN_TIMEOUT, () =>
      socket.destroy(connectionFailure('ETIMEDOUT', this.#host, this.#port)),
    )
    socket.once('close', this.#giveUp)
  }

  begin(view: LiveView): void {
    const { lookup, family } = this.#options
    const host = this.#host
    if (net.isIP(host) || isLoopback(host)) return this.#decide(view, [host])
    if (lookup && !isOurs(lookup)) return this.#askApplication(view, lookup)
    const found = family === 6 ? ({ error: 'ENOTFOUND' } as const) : view.resolve(host)
    if ('error' in found) return void this.#socket.destroy(lookupFailure(found.error, host))
    this.#decide(view, this.#rotation.order(found.addresses))
  }

  // An application that looks names up by itself gets what it found.
  #askApplication(view: LiveView, lookup: NonNullable<ConnectOptions['lookup']>): void {
    lookup(this.#host, { all: true }, (error, found) => {
      if (error) return void this.#socket.destroy(error)
      const list: readonly (string | { address: string })[] = Array.isArray(found) ? found : [found]
      this.#decide(
        view,
        list.map(entry => (typeof entry === 'string' ? entry : entry.address)),
      )
    })
  }

  #decide(view: LiveView, addresses: readonly string[]): void {
    if (this.#socket.destroyed) return
    const tried = this.#options.autoSelectFamily === false ? addresses.slice(0, 1) : addresses
    const choice = choose(view, tried, this.#port, this.#parts.folder, existsSync)
    const fromPort = this.#sourcePorts.take()
    for (const address of choice.kind === 'failed' ? [] : choice.silent) {
      this.#parts.link.report({ dropped: { host: this.#host, address, port: this.#port, fromPort } })
    }
    if (choice.kind === 'silence') return
    if (choice.kind === 'failed') {
      return void this.#socket.destroy(connectionFailure(choice.code, choice.address, this.#port))
    }
    if (choice.after === 0) return this.#connect(view, choice, fromPort)
    const stop = this.#parts.timers.after(choice.after, () => this.#connect(view, choice, fromPort))
    this.#socket.once('close', stop)
  }

  #connect(view: LiveView, choice: Connect, fromPort: number): void {
    const socket = this.#socket
    if (socket.destroyed) return
    this.#giveUp()
    const { address, reach } = choice
    const port = this.#port
    const line =
      reach?.announceTo === undefined ? '' : proxyLine(sourceOf(view, reach), reach.announceTo, fromPort, port)
    lookLikeTcp(socket, address, port, reach ? view.own.address : '127.0.0.1', fromPort)
    socket.prependOnceListener('connect', () => {
      if (line !== '') writeFirst(socket, line)
      if (reach) this.#parts.connections.opened(socket, { address, port, fromPort, preface: line.length }, view)
    })
    const _undestroy: unknown = Reflect.get(socket, '_undestroy')
    Object.assign(socket, { _undestroy: () => {} })
    Reflect.apply(this.#parts.own.connect, socket, [{ path: choice.socket }])
    Object.assign(socket, { _undestroy })
  }
}

function undestroy(socket: Socket): void {
  const own: unknown = Reflect.get(socket, '_undestroy')
  if (typeof own === 'function') Reflect.apply(own, socket, [])
}

// The application may have written already: what it wrote waits for `connect`, and this comes before.
function writeFirst(socket: Socket, line: string): void {
  const write: unknown = Reflect.get(socket, '_writeGeneric')
  if (typeof write === 'function') Reflect.apply(write, socket, [false, line, 'latin1', () => {}])
}

// What the application sees of its connection, and of its failure, is that of TCP.
function lookLikeTcp(socket: Socket, address: string, port: number, localAddress: string, localPort: number): void {
  const { destroy } = socket
  socket.destroy = function (this: Socket, error?: Error) {
    const code: unknown = error === undefined ? undefined : Reflect.get(error, 'code')
    const refused = code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'EAGAIN'
    return Reflect.apply(destroy, this, [refused ? connectionFailure('ECONNREFUSED', address, port) : error])
  }
  // Assigned, not deleted: an object that lost a property is slow from then on.
  socket.once('connect', () => Object.assign(socket, { destroy }))
  Object.assign(socket, { _peername: { address, family: 'IPv4', port } })
  Object.defineProperties(socket, {
    localAddress: { value: localAddress, configurable: true },
    localPort: { value: localPort, configurable: true },
  })
}

function listen(server: Server, host: string, wanted: number, { own, folder, link, connections }: SocketParts): void {
  const prefix = host !== '0.0.0.0' && isLoopback(host) && host !== '::' ? 'lo-' : ''
  const port = wanted || freePort(folder)
  const path = `${folder}/${prefix}${port}`
  server.address = () => (server.listening ? { address: host, family: 'IPv4', port } : null)
  watch(server, socket => connections.accepted(socket, link.current()))
  const open = () => Reflect.apply(own.listen, server, [{ path }])
  if (!existsSync(path)) return void open()
  // Either somebody listens there, or a process that ended left its socket behind.
  const probe = new net.Socket()
  probe.once('connect', () => {
    probe.destroy()
    const message = `listen EADDRINUSE: address already in use ${host}:${port}`
    server.emit('error', Object.assign(new Error(message), IN_USE, { address: host, port }))
  })
  probe.once('error', () => {
    if (existsSync(path)) unlinkSync(path)
    open()
  })
  Reflect.apply(own.connect, probe, [{ path }])
}

const IN_USE = { code: 'EADDRINUSE', errno: -98, syscall: 'listen' }

const WATCHED = Symbol('watched by the network')

function watch(server: Server, accepted: (socket: Socket) => void): void {
  if (Reflect.has(server, WATCHED)) return
  Object.defineProperty(server, WATCHED, { value: true })
  server.prependListener('connection', accepted)
}

let nextPort = 49_151

function freePort(folder: string): number {
  do {
    nextPort = nextPort >= 65_535 ? 49_152 : nextPort + 1
  } while (existsSync(`${folder}/${nextPort}`) || existsSync(`${folder}/lo-${nextPort}`))
  return nextPort
}

const OURS = Symbol.for('terrace.network.lookup')

/** Marks the look-up that answers from the rules, so that sockets need not call it. */
export const markOurs = <T extends object>(lookup: T): T => Object.defineProperty(lookup, OURS, { value: true })

const isOurs = (lookup: object): boolean => Reflect.has(lookup, OURS)

/** Reads the parameters of `connect` and `listen`: what an application writes, and Node's own normalized array. */
export function normalize(parameters: readonly unknown[]): { options: ConnectOptions; callback?: () => void } {
  const list: readonly unknown[] = Array.isArray(parameters[0]) ? parameters[0] : parameters
  const last = list.findLast((value: unknown) => typeof value === 'function') as (() => void) | undefined
  const first: unknown = list[0]
  const callback = last ? { callback: last } : {}
  if (typeof first === 'object' && first !== null) return { options: first as ConnectOptions, ...callback }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { options: { path: first }, ...callback }
  if (first === undefined || first === null || typeof first === 'function') return { options: { port: 0 }, ...callback }
  const host = typeof list[1] === 'string' ? { host: list[1] } : {}
  return { options: { port: Number(first), ...host }, ...callback }
}
