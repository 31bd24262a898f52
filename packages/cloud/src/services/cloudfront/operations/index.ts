import type { Instant } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import type { Operation } from '../../../gateway/api.ts'
import type { Invalidations } from '../invalidations.ts'
import { distributionOperations } from './distributions.ts'
import { invalidationOperations } from './invalidations.ts'
import { policyOperations } from './policies.ts'

/** Everything that CloudFront answers. @param startedAt  when the distributions were made */
export const operations = (
  architecture: Architecture,
  invalidations: Invalidations,
  startedAt: Instant,
): readonly Operation[] => [
  ...distributionOperations(architecture, invalidations, startedAt),
  ...invalidationOperations(architecture, invalidations),
  ...policyOperations(architecture, startedAt),
]
