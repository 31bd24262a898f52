import type { Duplex } from 'node:stream'
import type { Clock, Stop } from '@terrace/kit'
import { type HeaderList, sameName, writeHeaders } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { WEB_SOCKET_IDLE_TIMEOUT } from './limits.ts'

/** One side of a WebSocket. */
export interface End {
  readonly socket: Duplex
  /** What had been read of the new protocol already. */
  readonly rest: Buffer
}

export interface TunnelOptions {
  readonly clock: Clock
  /** Of the 101, as viewers get them. */
  readonly headers: HeaderList
  readonly viewer: End
  readonly origin: End
  /** Called once. @param sent  bytes to the viewer, with the head */
  readonly onEnd: (sent: number) => void
}

/**
 * Whether a request asks for a WebSocket.
 *
 * @see CloudFront Developer Guide, "Use WebSockets with CloudFront distributions". The fields `Sec-WebSocket-…` reach the
 * origin where a policy names them
 */
export function asksForWebSocket({ method, minorVersion, upgrade, headers }: MessageHead): boolean {
  if (!upgrade || method !== 'GET' || minorVersion === 0) return false
  for (let index = 0; index < headers.length; index += 2) {
    if (sameName(headers[index], 'upgrade')) return headers[index + 1]?.toLowerCase() === 'websocket'
  }
  return false
}

/**
 * Relays a WebSocket both ways, until one side ends or the origin says nothing for ten minutes.
 *
 * @returns cuts it
 */
export function relay({ clock, headers, viewer, origin, onEnd }: TunnelOptions): Stop {
  const head = `HTTP/1.1 101 Switching Protocols\r\n${writeHeaders(headers)}\r\n`
  let sent = head.length
  let heardAt = clock.now()
  let over = false
  let stopWatching: Stop = () => {}

  const end = () => {
    if (over) return
    over = true
    stopWatching()
    // What was written is still delivered.
    for (const { socket } of [viewer, origin]) {
      socket.end()
      socket.resume()
    }
    onEnd(sent)
  }
  const pass = (from: End, to: Duplex, count: (bytes: number) => void) => {
    const give = (chunk: Buffer) => {
      if (over) return
      count(chunk.length)
      if (!to.write(chunk)) from.socket.pause()
    }
    if (from.rest.length > 0) give(from.rest)
    from.socket.on('data', give)
    to.on('drain', () => !over && from.socket.resume())
    from.socket.on('end', () => to.end())
    from.socket.on('error', end)
    from.socket.on('close', end)
    from.socket.resume()
  }
  const watch = (wait: number) => {
    stopWatching = clock.after(wait, () => {
      const idle = clock.now() - heardAt
      if (idle < WEB_SOCKET_IDLE_TIMEOUT) watch(WEB_SOCKET_IDLE_TIMEOUT - idle)
      else end()
    })
  }

  viewer.socket.write(head, 'latin1')
  pass(viewer, origin.socket, () => {})
  pass(origin, viewer.socket, bytes => {
    sent += bytes
    heardAt = clock.now()
  })
  watch(WEB_SOCKET_IDLE_TIMEOUT)
  return () => {
    end()
    viewer.socket.destroy()
    origin.socket.destroy()
  }
}
