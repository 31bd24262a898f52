import { seconds } from '@terrace/kit'
import type { CachePolicy, OriginRequestPolicy, Selection } from './edge.ts'

const NONE: Selection = { kind: 'none', names: [] }
const ALL: Selection = { kind: 'all', names: [] }
const only = (...names: string[]): Selection => ({ kind: 'whitelist', names })

const YEAR = 31_536_000

function cache(name: string, ttl: readonly [number, number, number], rest: Partial<CachePolicy> = {}): CachePolicy {
  const [least, usual, most] = ttl
  return {
    name,
    minTtl: seconds(least),
    defaultTtl: seconds(usual),
    maxTtl: seconds(most),
    headers: NONE,
    cookies: NONE,
    queryStrings: NONE,
    gzip: false,
    brotli: false,
    ...rest,
  }
}

function withIds<P extends { readonly id?: string }>(
  policies: Readonly<Record<string, P>>,
): Readonly<Record<string, P>> {
  return Object.fromEntries(Object.entries(policies).map(([id, policy]) => [id, { ...policy, id }]))
}

const compressed = { gzip: true, brotli: true }
const originControlled = {
  ...compressed,
  headers: only('Host', 'Origin', 'X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'),
  cookies: ALL,
}

/** By id. @see "Use managed cache policies" in the CloudFront Developer Guide */
export const MANAGED_CACHE_POLICIES: Readonly<Record<string, CachePolicy>> = withIds({
  '658327ea-f89d-4fab-a63d-7e88639e58f6': cache('CachingOptimized', [1, 86_400, YEAR], compressed),
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': cache('CachingOptimizedForUncompressedObjects', [1, 86_400, YEAR]),
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': cache('CachingDisabled', [0, 0, 0]),
  '83da9c7e-98b4-4e11-a168-04f0df8e2c65': cache('UseOriginCacheControlHeaders', [0, 0, YEAR], originControlled),
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': cache('UseOriginCacheControlHeaders-QueryStrings', [0, 0, YEAR], {
    ...originControlled,
    queryStrings: ALL,
  }),
  '2e54312d-136d-493c-8eb9-b001f22f67d2': cache('Amplify', [2, 2, 600], {
    ...compressed,
    headers: only('Authorization', 'CloudFront-Viewer-Country', 'Host'),
    cookies: ALL,
    queryStrings: ALL,
  }),
  '08627262-05a9-4f76-9ded-b50ca2e3a84f': cache('Elemental-MediaPackage', [0, 86_400, YEAR], {
    gzip: true,
    headers: only('Origin'),
    queryStrings: only('aws.manifestfilter', 'start', 'end', 'm'),
  }),
})

const forward = (
  name: string,
  headers: Selection,
  cookies: Selection,
  queryStrings: Selection,
): OriginRequestPolicy => ({
  name,
  headers,
  cookies,
  queryStrings,
})

/** By id. @see "Use managed origin request policies" in the CloudFront Developer Guide */
export const MANAGED_ORIGIN_REQUEST_POLICIES: Readonly<Record<string, OriginRequestPolicy>> = withIds({
  '216adef6-5c7f-47e4-b989-5492eafa07d3': forward('AllViewer', ALL, ALL, ALL),
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': forward(
    'AllViewerExceptHostHeader',
    { kind: 'allExcept', names: ['Host'] },
    ALL,
    ALL,
  ),
  '59781a5b-3903-41f3-afcb-af62929ccde1': forward('CORS-CustomOrigin', only('Origin'), NONE, NONE),
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': forward(
    'CORS-S3Origin',
    only('Origin', 'Access-Control-Request-Headers', 'Access-Control-Request-Method'),
    NONE,
    NONE,
  ),
  'bf0718e1-ba1e-49d1-88b1-f726733018ae': forward('HostHeaderOnly', only('Host'), NONE, NONE),
  'acba4595-bd28-49b8-b9fe-13317c0390fa': forward('UserAgentRefererHeaders', only('User-Agent', 'Referer'), NONE, NONE),
})
