import { seconds } from '@terrace/kit'
import { type Distribution, MANAGED_CACHE_POLICIES } from '@terrace/model'

const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'

/** What the file and the cached object have, bytes. */
export const SIZE = 10_240

/** A distribution with one origin and the usual policy for static files. */
export function benchDistribution(): Distribution {
  const cache = MANAGED_CACHE_POLICIES[CACHING_OPTIMIZED]
  if (!cache) throw new Error('the managed policy CachingOptimized is gone')
  return {
    id: 'cdn',
    kind: 'distribution',
    origin: {
      stack: 'bench',
      logicalId: 'Cdn',
      type: 'AWS::CloudFront::Distribution',
      place: { file: 'bench', line: 1 },
    },
    physicalId: 'EDFDVBD6EXAMPLE',
    tags: {},
    arn: 'arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE',
    domainName: 'd111111abcdef8.cloudfront.localhost',
    aliases: ['bench.localhost'],
    enabled: true,
    ipv6: false,
    defaultRootObject: 'main.html',
    origins: [
      {
        id: 'site',
        domainName: 'site.s3.us-east-1.amazonaws.com',
        path: '',
        headers: {},
        connectionAttempts: 3,
        connectionTimeout: seconds(10),
        target: { kind: 's3', accessControl: 'oac' },
      },
    ],
    behaviors: [
      {
        pattern: '*',
        origin: 'site',
        viewerProtocol: 'redirect-to-https',
        allowedMethods: ['GET', 'HEAD'],
        cachedMethods: ['GET', 'HEAD'],
        compress: true,
        cache,
      },
    ],
    errorResponses: [],
  }
}
