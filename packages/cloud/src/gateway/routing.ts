import type { AwsApi } from './api.ts'
import type { GatewayRequest } from './request.ts'
import type { Claim } from './signature.ts'

/** Which APIs a request can be for; the answer is `unknown` with the service's name when it isn't run here. */
export type Route =
  | { readonly kind: 'apis'; readonly apis: readonly AwsApi[] }
  | { readonly kind: 'unknown'; readonly service: string }

/**
 * Finds the service: the scope of the signature names it, else the host does. A request that names none is for S3, the only
 * service that answers to callers without a signature.
 */
export function routeRequest(apis: readonly AwsApi[], request: GatewayRequest, claim: Claim): Route {
  const service = claim.kind === 'signed' ? claim.service : serviceOfHost(request.host)
  if (service !== undefined) {
    const named = apis.filter(api => api.signingName === service || hostNamesOf(api).includes(service))
    return named.length > 0 ? { kind: 'apis', apis: named } : { kind: 'unknown', service }
  }
  const target = request.header('x-amz-target')
  if (target !== undefined) {
    const prefix = target.slice(0, target.lastIndexOf('.'))
    const named = apis.filter(api => api.protocol.kind === 'json' && api.protocol.target === prefix)
    return named.length > 0 ? { kind: 'apis', apis: named } : { kind: 'unknown', service: prefix }
  }
  const s3 = apis.filter(api => api.protocol.kind === 'streaming')
  return s3.length > 0 ? { kind: 'apis', apis: s3 } : { kind: 'unknown', service: 's3' }
}

const hostNamesOf = (api: AwsApi): readonly string[] =>
  api.protocol.kind === 'streaming' || !('hostNames' in api) ? [api.signingName] : (api.hostNames ?? [])

/** `secretsmanager` of `secretsmanager.us-east-1.amazonaws.com`; nothing for S3's names and for addresses. */
function serviceOfHost(host: string): string | undefined {
  const front = /^(.+)\.amazonaws\.com$/.exec(host)?.[1]
  if (front === undefined || /(^|\.)s3([.-]|$)/.test(front)) return undefined
  return front.split('.')[0]
}

/** Whether the gateway's own port may be addressed by this name: a web page's own name never is one of these. */
export function isOwnHost(host: string): boolean {
  return (
    host === '127.0.0.1' ||
    host === 'localhost' ||
    host === '::1' ||
    host.endsWith('.localhost') ||
    host.endsWith('.amazonaws.com')
  )
}
