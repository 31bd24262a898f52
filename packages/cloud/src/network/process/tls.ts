// Loaded into workloads: imports nothing outside this folder.
import net from 'node:net'
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls'
import type { Connections } from './connections.ts'
import { normalize } from './sockets.ts'

/**
 * Replaces `tls.connect`: a TLS socket of Node's makes its own connection as TCP, which can't be led anywhere else, so
 * that it gets one of ours to speak over.
 */
export function installTls(connections: Connections): void {
  const connect: (options: ConnectionOptions, callback?: () => void) => TLSSocket = tls.connect
  const replacement = (...parameters: unknown[]): TLSSocket => {
    const { options: first, callback } = normalize(parameters)
    const more = parameters.slice(1).find(value => typeof value === 'object' && value !== null)
    const options: ConnectionOptions = { ...(first as ConnectionOptions), ...more }
    if (options.socket || typeof options.path === 'string') return connect(options, callback)
    const socket = new net.Socket()
    socket.connect({ ...(options as net.TcpNetConnectOpts), port: options.port ?? 0 })
    const secure = connect({ ...options, socket }, callback)
    if (options.timeout !== undefined) secure.setTimeout(options.timeout)
    socket.once('connect', () => connections.wrapped(socket, secure))
    return secure
  }
  Reflect.set(tls, 'connect', replacement)
}
