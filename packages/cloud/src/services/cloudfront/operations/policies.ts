import type { Instant } from '@terrace/kit'
import {
  type Architecture,
  type Behavior,
  type CachePolicy,
  MANAGED_CACHE_POLICIES,
  MANAGED_ORIGIN_REQUEST_POLICIES,
  MANAGED_RESPONSE_HEADERS_POLICIES,
  nodesOf,
  type OriginRequestPolicy,
  type ResponseHeadersPolicy,
} from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { AwsError } from '../../../gateway/errors.ts'
import { timestamp } from '../../../gateway/time.ts'
import { NoSuchCachePolicy, NoSuchOriginRequestPolicy, NoSuchResponseHeadersPolicy } from '../errors.ts'
import { PAGING, pageOf, quantified } from './list.ts'
import { cacheConfigOf, originRequestConfigOf, responseHeadersConfigOf } from './policy-config.ts'
import { tagged } from './tagged.ts'

interface Policy {
  readonly id?: string
  readonly name: string
}

/** One kind of policy, and how it is told. */
interface PolicyKind<P extends Policy> {
  /** `CachePolicy` */
  readonly element: string
  /** `cache-policy` */
  readonly path: string
  readonly managed: Readonly<Record<string, P>>
  readonly ofBehavior: (behavior: Behavior) => P | undefined
  readonly config: (policy: P) => unknown
  readonly missing: () => AwsError
}

const CACHE: PolicyKind<CachePolicy> = {
  element: 'CachePolicy',
  path: 'cache-policy',
  managed: MANAGED_CACHE_POLICIES,
  ofBehavior: ({ cache }) => cache,
  config: cacheConfigOf,
  missing: () => new NoSuchCachePolicy(),
}

const ORIGIN_REQUEST: PolicyKind<OriginRequestPolicy> = {
  element: 'OriginRequestPolicy',
  path: 'origin-request-policy',
  managed: MANAGED_ORIGIN_REQUEST_POLICIES,
  ofBehavior: ({ originRequest }) => originRequest,
  config: originRequestConfigOf,
  missing: () => new NoSuchOriginRequestPolicy(),
}

const RESPONSE_HEADERS: PolicyKind<ResponseHeadersPolicy> = {
  element: 'ResponseHeadersPolicy',
  path: 'response-headers-policy',
  managed: MANAGED_RESPONSE_HEADERS_POLICIES,
  ofBehavior: ({ responseHeaders }) => responseHeaders,
  config: responseHeadersConfigOf,
  missing: () => new NoSuchResponseHeadersPolicy(),
}

/**
 * Policies: AWS's own, and those of the template that a behavior names.
 *
 * @param startedAt  when those of the template were made
 * @see CloudFront API Reference, version 2020-05-31
 */
export const policyOperations = (architecture: Architecture, startedAt: Instant): readonly Operation[] => [
  ...operationsOf(CACHE, architecture, startedAt),
  ...operationsOf(ORIGIN_REQUEST, architecture, startedAt),
  ...operationsOf(RESPONSE_HEADERS, architecture, startedAt),
]

function operationsOf<P extends Policy>(
  { element, path, managed, ofBehavior, config, missing }: PolicyKind<P>,
  architecture: Architecture,
  startedAt: Instant,
): readonly Operation[] {
  const named = nodesOf(architecture, 'distribution').flatMap(({ behaviors }) =>
    behaviors.flatMap(behavior => ofBehavior(behavior) ?? []),
  )
  const own = new Map(named.flatMap(policy => (policy.id && !managed[policy.id] ? [[policy.id, policy] as const] : [])))
  const all = [
    ...Object.entries(managed).map(([id, policy]) => ({ id, policy, type: 'managed' as const })),
    ...[...own].map(([id, policy]) => ({ id, policy, type: 'custom' as const })),
  ]
  const find = (id: string) => {
    const found = all.find(each => each.id === id)
    if (found) return found
    throw missing()
  }
  const describe = ({ id, policy }: { id: string; policy: P }) => ({
    Id: id,
    LastModifiedTime: timestamp(startedAt),
    [`${element}Config`]: config(policy),
  })
  const reading = (action: string) => (input: { Id: string }) => ({
    action: `cloudfront:${action}`,
    resource: `arn:aws:cloudfront::${architecture.account}:${path}/${input.Id}`,
  })
  const plural = `${element.slice(0, -1)}ies`
  return [
    operation({
      name: `Get${element}`,
      route: `GET /2020-05-31/${path}/{Id}`,
      input: shape({ Id: z.string() }),
      authorize: reading(`Get${element}`),
      run({ Id }) {
        const found = find(Id)
        return tagged({ [element]: describe(found) }, config(found.policy))
      },
    }),
    operation({
      name: `Get${element}Config`,
      route: `GET /2020-05-31/${path}/{Id}/config`,
      input: shape({ Id: z.string() }),
      authorize: reading(`Get${element}Config`),
      run({ Id }) {
        const found = config(find(Id).policy)
        return tagged({ [`${element}Config`]: found }, found)
      },
    }),
    operation({
      name: `List${plural}`,
      route: `GET /2020-05-31/${path}`,
      input: shape({ Type: z.enum(['managed', 'custom']).optional(), ...PAGING }),
      authorize: () => ({ action: `cloudfront:List${plural}`, resource: '*' }),
      run({ Type, ...paging }) {
        const wanted = all.filter(({ type }) => Type === undefined || type === Type)
        const { items, next, most } = pageOf(wanted, paging, ({ id }) => id)
        const summaries = items.map(item => ({ Type: item.type, [element]: describe(item) }))
        const list = { NextMarker: next, MaxItems: most, ...quantified(`${element}Summary`, summaries) }
        return { [`${element}List`]: list }
      },
    }),
  ]
}
