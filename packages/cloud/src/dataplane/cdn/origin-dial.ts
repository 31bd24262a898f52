import { connect, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectSecurely, createSecureContext, type SecureContext } from 'node:tls'
import { messageOf } from '@terrace/kit'
import type { OriginProtocol } from '@terrace/model'
import type { Dial } from '../http1/client-connection.ts'

/** How TLS is spoken to an origin. */
export interface OriginTls {
  /** What is asked for in the handshake. */
  readonly serverName: string
  /** The certificate must be for one of these. */
  readonly names: readonly string[]
  readonly context: SecureContext
  /** Told why TLS came to nothing. */
  readonly onFailure: (because: string) => void
}

/**
 * What TLS with an origin begins with: its lowest protocol is the minimum, TLS 1.3 is taken, too.
 *
 * @param authorities  PEM
 * @see CloudFront Developer Guide, "Origin settings", Minimum origin SSL protocol. `differs:` SSLv3 isn't spoken any more
 */
export function originContext(authorities: readonly string[], protocols: readonly OriginProtocol[]): SecureContext {
  const [lowest = 'TLSv1.2'] = protocols
  const old = lowest === 'TLSv1.2' ? {} : { ciphers: 'DEFAULT:@SECLEVEL=0' }
  const minVersion = lowest === 'SSLv3' ? 'TLSv1' : lowest
  return createSecureContext({ ca: [...authorities], minVersion, maxVersion: 'TLSv1.3', ...old })
}

/**
 * How to open a connection to an origin.
 *
 * @param announce  a line that comes before everything else, before TLS too
 * @see CloudFront Developer Guide, "Use HTTPS … between CloudFront and your custom origin": the certificate is from a
 * trusted authority, valid, and for the origin's domain name or for the Host that is sent
 */
export function dialOrigin(
  socket: string,
  announce: (() => string) | undefined,
  tls: OriginTls | undefined,
): string | Dial {
  if (announce === undefined && tls === undefined) return socket
  if (tls === undefined) return () => announced(socket, announce)
  return () => secured(announce ? { socket: announced(socket, announce) } : { path: socket }, tls)
}

function announced(path: string, announce: (() => string) | undefined): Socket {
  const socket = connect(path)
  if (announce) socket.write(announce(), 'latin1')
  return socket
}

function secured(to: { readonly socket: Socket } | { readonly path: string }, tls: OriginTls): Socket {
  const { serverName, names, context, onFailure } = tls
  const socket = connectSecurely({
    ...to,
    secureContext: context,
    servername: serverName,
    ALPNProtocols: ['http/1.1'],
    checkServerIdentity(_, certificate) {
      const verdicts = names.map(name => checkServerIdentity(name, certificate))
      return verdicts.includes(undefined) ? undefined : verdicts[0]
    },
  })
  let reached = false
  let agreed = false
  socket.once('connect', () => {
    reached = true
  })
  socket.once('secureConnect', () => {
    agreed = true
  })
  socket.once('error', error => {
    if (reached && !agreed) onFailure(messageOf(error))
  })
  return socket
}
