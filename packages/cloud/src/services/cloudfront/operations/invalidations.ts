import type { Architecture } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireInteger } from '../../../gateway/api.ts'
import { RestAnswer } from '../../../gateway/rest-answer.ts'
import { timestamp } from '../../../gateway/time.ts'
import { itemsOf } from '../../../gateway/xml.ts'
import { InconsistentQuantities } from '../errors.ts'
import type { Invalidation, Invalidations } from '../invalidations.ts'
import { LONGEST_REFERENCE } from '../limits.ts'
import { distributionArn, distributionIn } from './distributions.ts'
import { PAGING, pageOf, quantified } from './list.ts'

const paths = shape({
  Quantity: wireInteger(),
  Items: z
    .union([z.literal('').transform(() => []), shape({ Path: z.union([z.string(), z.array(z.string())]).optional() })])
    .optional(),
})

/** Invalidations. @see CloudFront API Reference, version 2020-05-31 */
export function invalidationOperations(architecture: Architecture, invalidations: Invalidations): readonly Operation[] {
  const needs = (action: string) => (input: { DistributionId: string }) => ({
    action: `cloudfront:${action}`,
    resource: distributionArn(architecture, input.DistributionId),
  })
  const route = '/2020-05-31/distribution/{DistributionId}/invalidation'
  return [
    operation({
      name: 'CreateInvalidation',
      route: `POST ${route}`,
      input: shape({
        DistributionId: z.string(),
        CallerReference: z.string().min(1).max(LONGEST_REFERENCE),
        Paths: paths,
      }),
      authorize: needs('CreateInvalidation'),
      run({ DistributionId, CallerReference, Paths: { Quantity, Items } }) {
        const distribution = distributionIn(architecture, DistributionId)
        const listed = itemsOf(Items && 'Path' in Items ? Items.Path : undefined).map(String)
        if (listed.length !== Quantity) throw new InconsistentQuantities()
        const made = invalidations.create(distribution, CallerReference, listed)
        const location = `https://cloudfront.amazonaws.com/2020-05-31/distribution/${DistributionId}/invalidation/${made.id}`
        return new RestAnswer({ Invalidation: describe(made) }, { location }, 201)
      },
    }),
    operation({
      name: 'GetInvalidation',
      route: `GET ${route}/{Id}`,
      input: shape({ DistributionId: z.string(), Id: z.string() }),
      authorize: needs('GetInvalidation'),
      run({ DistributionId, Id }) {
        const { id } = distributionIn(architecture, DistributionId)
        return { Invalidation: describe(invalidations.get(id, Id)) }
      },
    }),
    operation({
      name: 'ListInvalidations',
      route: `GET ${route}`,
      input: shape({ DistributionId: z.string(), ...PAGING }),
      authorize: needs('ListInvalidations'),
      run({ DistributionId, ...paging }) {
        const all = invalidations.of(distributionIn(architecture, DistributionId).id)
        const { items, next, most } = pageOf(all, paging, ({ id }) => id)
        return {
          InvalidationList: {
            Marker: paging.Marker ?? '',
            NextMarker: next,
            MaxItems: most,
            IsTruncated: next !== undefined,
            ...quantified(
              'InvalidationSummary',
              items.map(({ id, createdAt, status }) => ({ Id: id, CreateTime: timestamp(createdAt), Status: status })),
            ),
          },
        }
      },
    }),
  ]
}

const describe = ({ id, status, createdAt, paths: listed, callerReference }: Invalidation) => ({
  Id: id,
  Status: status,
  CreateTime: timestamp(createdAt),
  InvalidationBatch: { Paths: quantified('Path', listed), CallerReference: callerReference },
})
