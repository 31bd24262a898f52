import { displayName, nodesOf } from '@terrace/model'
import type { MissingFeature } from './feature.ts'

const DISTRIBUTION = 'AWS::CloudFront::Distribution'

/** Distributions. */
export const EDGE: readonly MissingFeature[] = [
  {
    properties: ['Bucket', 'Prefix', 'IncludeCookies'].map(key => `${DISTRIBUTION} DistributionConfig.Logging.${key}`),
    // Of `includeCookies`, too.
    askedFor: architecture =>
      nodesOf(architecture, 'distribution')
        .filter(({ logging }) => logging)
        .map(distribution => `delivery of the logs of ${displayName(distribution)}`),
    consequence: 'terrace logs shows the access logs, no bucket gets them',
  },
  {
    properties: [`${DISTRIBUTION} DistributionConfig.WebACLId`],
    askedFor: architecture =>
      nodesOf(architecture, 'distribution')
        .filter(({ webAcl }) => webAcl)
        .map(distribution => `the web ACL of ${displayName(distribution)}`),
    consequence: 'no request is blocked by the web ACL',
  },
  {
    properties: ['HTTPPort', 'HTTPSPort', 'OriginProtocolPolicy', 'OriginReadTimeout'].map(
      key => `${DISTRIBUTION} DistributionConfig.Origins[].CustomOriginConfig.${key}`,
    ),
    // Of `httpsPort`, too.
    askedFor: architecture =>
      nodesOf(architecture, 'distribution').flatMap(distribution =>
        distribution.origins
          .filter(({ target }) => target.kind === 'custom')
          .map(({ id }) => `the origin ${id} of ${displayName(distribution)}`),
      ),
    consequence: 'only buckets answer, other origins give 502',
  },
]
