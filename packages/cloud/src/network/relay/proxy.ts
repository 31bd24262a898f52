import { timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { errnoOf } from '@terrace/kit'
import { ByteReader } from './byte-reader.ts'
import type { Dialer } from './dialer.ts'
import { dialFor } from './relay.ts'
import { splice } from './splice.ts'

/** Who may use a proxy: any program of the machine could connect to its port. */
export interface ProxyLogin {
  readonly user: string
  readonly password: string
}

/** The largest head of a request, in bytes. */
const LARGEST_HEAD = 16_384

const SOCKS_VERSION = 5

/**
 * A listener that speaks SOCKS 5 with a password (RFC 1928, 1929) and HTTP: `CONNECT`, and requests with an absolute URL.
 * The first byte tells which. A denied connection gets no answer.
 */
export function proxyServer(dialer: Dialer, login: ProxyLogin): Server {
  return createServer({ allowHalfOpen: true }, client => {
    client.on('error', () => client.destroy())
    const reader = new ByteReader(client)
    const speak = async () => {
      if ((await reader.peek()) === SOCKS_VERSION) await speakSocks(client, reader, dialer, login)
      else await speakHttp(client, reader, dialer, login)
    }
    // Whoever doesn't speak it is not answered.
    speak().catch(() => client.destroy())
  })
}

async function speakSocks(client: Socket, reader: ByteReader, dialer: Dialer, login: ProxyLogin): Promise<void> {
  const [, methods] = await reader.take(2)
  const offered = await reader.take(methods ?? 0)
  if (!offered.includes(2)) return void client.end(Buffer.from([SOCKS_VERSION, 0xff]))
  client.write(Buffer.from([SOCKS_VERSION, 2]))
  const [, userLength] = await reader.take(2)
  const user = (await reader.take(userLength ?? 0)).toString()
  const [passwordLength] = await reader.take(1)
  const password = (await reader.take(passwordLength ?? 0)).toString()
  if (!isSame(`${user}:${password}`, `${login.user}:${login.password}`)) return void client.end(Buffer.from([1, 1]))
  client.write(Buffer.from([1, 0]))
  const [, command, , type] = await reader.take(4)
  const host = await readHost(reader, type ?? 0)
  const port = (await reader.take(2)).readUInt16BE()
  const answer = (reply: number) => Buffer.from([SOCKS_VERSION, reply, 0, 1, 0, 0, 0, 0, 0, 0])
  if (command !== 1 || host === undefined) return void client.end(answer(command === 1 ? 8 : 7))
  try {
    const target = await dialFor(client, dialer, host, port)
    client.write(answer(0))
    reader.release()
    splice(client, target)
  } catch (error) {
    client.end(answer(errnoOf(error) === 'ECONNREFUSED' ? 5 : 4))
  }
}

async function readHost(reader: ByteReader, type: number): Promise<string | undefined> {
  if (type === 1) return [...(await reader.take(4))].join('.')
  if (type === 3) return (await reader.take((await reader.take(1))[0] ?? 0)).toString('latin1')
  if (type !== 4) return undefined
  const bytes = await reader.take(16)
  return Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':')
}

async function speakHttp(client: Socket, reader: ByteReader, dialer: Dialer, login: ProxyLogin): Promise<void> {
  const head = (await reader.takeUntil('\r\n\r\n', LARGEST_HEAD)).toString('latin1')
  const [requestLine = '', ...fields] = head.trimEnd().split('\r\n')
  const [method = '', url = '', version = 'HTTP/1.1'] = requestLine.split(' ')
  const given = /^proxy-authorization: *basic +(\S+)/im.exec(head)?.[1] ?? ''
  if (!isSame(Buffer.from(given, 'base64').toString(), `${login.user}:${login.password}`)) {
    return void client.end(`${version} 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n${EMPTY}`)
  }
  const tunnel = method === 'CONNECT'
  const place = URL.parse(tunnel ? `tunnel://${url}` : url)
  if (!place || (!tunnel && place.protocol !== 'http:'))
    return void client.end(`${version} 400 Bad Request\r\n${EMPTY}`)
  const host = place.hostname.replace(/^\[|\]$/g, '')
  try {
    const target = await dialFor(client, dialer, host, Number(place.port) || (tunnel ? 443 : 80))
    if (tunnel) client.write(`${version} 200 Connection Established\r\n\r\n`)
    else target.write(originRequest(method, place, version, fields), 'latin1')
    reader.release()
    splice(client, target)
  } catch (error) {
    client.end(`${version} 502 ${errnoOf(error) ?? 'Bad Gateway'}\r\n${EMPTY}`)
  }
}

const EMPTY = 'Content-Length: 0\r\nConnection: close\r\n\r\n'

// One request a connection: the next one could be for another host.
function originRequest(method: string, { pathname, search }: URL, version: string, fields: readonly string[]): string {
  const kept = fields.filter(field => !/^(proxy-[\w-]+|connection|keep-alive):/i.test(field))
  return [`${method} ${pathname}${search} ${version}`, ...kept, 'Connection: close', '', ''].join('\r\n')
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
