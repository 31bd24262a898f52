import { displayName, nodesOf } from '@terrace/model'
import type { MissingFeature } from './feature.ts'

const DISTRIBUTION = 'AWS::CloudFront::Distribution'

/** Distributions. */
export const EDGE: readonly MissingFeature[] = [
  {
    properties: [`${DISTRIBUTION} DistributionConfig.WebACLId`],
    askedFor: architecture =>
      nodesOf(architecture, 'distribution')
        .filter(({ webAcl }) => webAcl)
        .map(distribution => `the web ACL of ${displayName(distribution)}`),
    consequence: 'no request is blocked by the web ACL',
  },
]
