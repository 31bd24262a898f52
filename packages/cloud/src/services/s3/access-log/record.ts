import type { TLSSocket } from 'node:tls'
import type { Instant } from '@terrace/kit'
import type { Principal } from '../../../identity/principal.ts'
import type { ServiceCall } from '../call.ts'
import { requesterOf } from '../notifications/requester.ts'
import { s3HostId } from '../reply.ts'
import type { LogRecord } from './line.ts'
import { loggedOperation } from './operation-names.ts'

/** What the access log tells of a call that is over. */
export function recordOf(
  call: ServiceCall,
  totalTime: number,
  begun: Instant,
): Omit<LogRecord, 'bucket' | 'owner' | 'at'> {
  const { exchange, target, operation, outcome } = call
  const { request, response, claim, requestId } = exchange
  const { message } = request
  const { cipher, protocol } = tlsOf(message.socket)
  const signature =
    claim.kind === 'signed'
      ? ({ signatureVersion: 'SigV4', authentication: claim.by === 'query' ? 'QueryString' : 'AuthHeader' } as const)
      : {}
  return {
    ...signature,
    remoteAddress: requesterOf(call).sourceAddress,
    requester: requesterName(exchange.principal),
    requestId,
    operation: loggedOperation(operation, request.method, target.kind),
    key: target.kind === 'object' ? target.key : undefined,
    requestLine: `${request.method} ${message.url ?? '/'} HTTP/${message.httpVersion}`,
    status: response.statusCode,
    errorCode: outcome.errorCode,
    bytesSent: outcome.bytes,
    objectSize: outcome.objectSize,
    totalTime,
    turnAround: outcome.answered === undefined ? undefined : outcome.answered - begun,
    referer: message.headers.referer,
    userAgent: message.headers['user-agent'],
    versionId: outcome.versionId,
    hostId: s3HostId(requestId),
    cipherSuite: cipher,
    host: message.headers.host,
    tlsVersion: protocol,
  }
}

function requesterName(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'administrator':
      return principal.arn
    case 'role':
      return principal.sessionArn
    case 'service':
      return `svc:${principal.service}`
    case 'anonymous':
      return undefined
  }
}

function tlsOf(socket: object): { readonly cipher?: string; readonly protocol?: string } {
  if (!('getCipher' in socket)) return {}
  const tls = socket as TLSSocket
  return { cipher: tls.getCipher()?.standardName ?? tls.getCipher()?.name, protocol: tls.getProtocol() ?? 'TLSv1.3' }
}
