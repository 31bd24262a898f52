import { seconds } from '@terrace/kit'
import type { Selection } from '@terrace/model'
import { type BuilderTable, part } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'
import { responseHeadersOf } from './response-headers.ts'

/** CloudFront's policies, which the behaviours that name them take in. */
export const edgePolicies: BuilderTable = {
  'AWS::CloudFront::CachePolicy': part(context => {
    const config = context.properties.requiredObject('CachePolicyConfig')
    config.withoutEffect({ Comment: 'for people' })
    const key = config.object('ParametersInCacheKeyAndForwardedToOrigin')
    return {
      kind: 'cachePolicy',
      policy: {
        id: context.resource.physicalId,
        name: config.requiredText('Name'),
        minTtl: seconds(config.number('MinTTL') ?? 0),
        defaultTtl: seconds(config.number('DefaultTTL') ?? 86_400),
        maxTtl: seconds(config.number('MaxTTL') ?? 31_536_000),
        headers: selectionOf(key?.object('HeadersConfig'), 'HeaderBehavior', 'Headers'),
        cookies: selectionOf(key?.object('CookiesConfig'), 'CookieBehavior', 'Cookies'),
        queryStrings: selectionOf(key?.object('QueryStringsConfig'), 'QueryStringBehavior', 'QueryStrings'),
        gzip: key?.boolean('EnableAcceptEncodingGzip') ?? false,
        brotli: key?.boolean('EnableAcceptEncodingBrotli') ?? false,
      },
    }
  }),
  'AWS::CloudFront::OriginRequestPolicy': part(context => {
    const config = context.properties.requiredObject('OriginRequestPolicyConfig')
    config.withoutEffect({ Comment: 'for people' })
    return {
      kind: 'originRequestPolicy',
      policy: {
        id: context.resource.physicalId,
        name: config.requiredText('Name'),
        headers: selectionOf(config.object('HeadersConfig'), 'HeaderBehavior', 'Headers'),
        cookies: selectionOf(config.object('CookiesConfig'), 'CookieBehavior', 'Cookies'),
        queryStrings: selectionOf(config.object('QueryStringsConfig'), 'QueryStringBehavior', 'QueryStrings'),
      },
    }
  }),
  'AWS::CloudFront::ResponseHeadersPolicy': part(context => ({
    kind: 'responseHeadersPolicy',
    policy: {
      id: context.resource.physicalId,
      ...responseHeadersOf(context.properties.requiredObject('ResponseHeadersPolicyConfig')),
    },
  })),
}

const BEHAVIORS = ['none', 'all', 'whitelist', 'allExcept', 'allViewer', 'allViewerAndWhitelistCloudFront'] as const

function selectionOf(config: PropertyReader | undefined, behaviorKey: string, namesKey: string): Selection {
  if (!config) return { kind: 'none', names: [] }
  const behavior = config.oneOf(behaviorKey, BEHAVIORS) ?? 'none'
  const names = config.texts(namesKey)
  if (behavior === 'allViewer' || behavior === 'allViewerAndWhitelistCloudFront') return { kind: 'all', names }
  return { kind: behavior, names }
}
