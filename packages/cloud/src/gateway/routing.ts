import { isAnnounced, isStreaming, protocolsOf, type RegisteredApi } from './api.ts'
import { CommonError } from './errors.ts'
import type { GatewayRequest } from './request.ts'
import type { Claim } from './signature.ts'

/** Which APIs a request can be for; the answer is `unknown` with the service's name when it isn't run here. */
export type Route =
  | { readonly kind: 'apis'; readonly apis: readonly RegisteredApi[] }
  | { readonly kind: 'unknown'; readonly service: string }

/**
 * Finds the service: the scope of the signature names it, else the host does. A request that names none is for S3, the only
 * service that answers to callers without a signature.
 */
export function routeRequest(apis: readonly RegisteredApi[], request: GatewayRequest, claim: Claim): Route {
  const front = serviceFront(request.host)
  const byHost = front === undefined ? [] : apis.filter(api => isHostOf(api, front))
  if (claim.kind === 'signed' && byHost[0] && !byHost.some(api => api.signingName === claim.service)) {
    // Else a call to one service could come in by the VPC endpoint of another.
    const message = `Credential should be scoped to correct service: '${byHost[0].signingName}'.`
    throw new CommonError('badSignature', message)
  }
  const service = claim.kind === 'signed' ? claim.service : (byHost[0]?.signingName ?? front?.split('.')[0])
  if (service !== undefined) {
    const named = apis.filter(api => api.signingName === service)
    return named.length > 0 ? { kind: 'apis', apis: named } : { kind: 'unknown', service }
  }
  const target = request.header('x-amz-target')
  if (target !== undefined) {
    const prefix = target.slice(0, target.lastIndexOf('.'))
    const named = apis.filter(api => speaksTo(api, prefix))
    return named.length > 0 ? { kind: 'apis', apis: named } : { kind: 'unknown', service: prefix }
  }
  const s3 = apis.filter(isStreaming)
  return s3.length > 0 ? { kind: 'apis', apis: s3 } : { kind: 'unknown', service: 's3' }
}

/**
 * Whose link an unsigned request may be: of the service that its host names; at this machine's own names, of any service
 * that runs.
 */
export function linkOwners(apis: readonly RegisteredApi[], { host }: GatewayRequest): readonly RegisteredApi[] {
  const front = serviceFront(host)
  if (front !== undefined) return apis.filter(api => isHostOf(api, front))
  if (host.endsWith('.amazonaws.com')) return []
  return apis.flatMap(api => (isAnnounced(api) ? (api.loaded?.() ?? []) : [api]))
}

const speaksTo = (api: RegisteredApi, target: string): boolean =>
  isAnnounced(api)
    ? api.target === target
    : !isStreaming(api) && protocolsOf(api).some(protocol => protocol.kind === 'json' && protocol.target === target)

/** `api.ecr.us-east-1` is of an API with the host name `api.ecr`. */
const isHostOf = (api: RegisteredApi, front: string): boolean =>
  [api.signingName, ...(isStreaming(api) ? [] : (api.hostNames ?? []))].some(
    name => front === name || front.startsWith(`${name}.`),
  )

/**
 * `secretsmanager.us-east-1` of `secretsmanager.us-east-1.amazonaws.com`, and of a VPC endpoint's own name for it; nothing
 * for S3's names, which begin with the bucket, and for addresses.
 */
function serviceFront(host: string): string | undefined {
  const front = /^(?:vpce-[^.]+\.)?(.+?)(?:\.vpce)?\.amazonaws\.com$/.exec(host)?.[1]
  return front === undefined || /(^|\.)s3([.-]|$)/.test(front) ? undefined : front
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
