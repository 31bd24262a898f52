import type { Instant } from '@terrace/kit'
import { type Architecture, type Distribution, nodesOf } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { namedList } from '../../../gateway/xml.ts'
import { InvalidArgument, NoSuchDistribution, NoSuchResource } from '../errors.ts'
import type { Invalidations } from '../invalidations.ts'
import { certificateOf, configOf } from './config.ts'
import { PAGING, pageOf, quantified } from './list.ts'
import { tagged } from './tagged.ts'

/** The distribution with that id. @throws NoSuchDistribution */
export function distributionIn(architecture: Architecture, id: string): Distribution {
  const found = nodesOf(architecture, 'distribution').find(({ physicalId }) => physicalId === id)
  if (found) return found
  throw new NoSuchDistribution()
}

/** What a permission for a distribution is for. */
export const distributionArn = ({ account }: Architecture, id: string): string =>
  `arn:aws:cloudfront::${account}:distribution/${id}`

/**
 * Distributions, as the template says. @param startedAt  when they were made
 *
 * @see CloudFront API Reference, version 2020-05-31
 */
export function distributionOperations(
  architecture: Architecture,
  invalidations: Invalidations,
  startedAt: Instant,
): readonly Operation[] {
  const byId = shape({ Id: z.string() })
  const reading = (action: string) => (input: { Id: string }) => ({
    action: `cloudfront:${action}`,
    resource: distributionArn(architecture, input.Id),
  })
  return [
    operation({
      name: 'GetDistribution',
      route: 'GET /2020-05-31/distribution/{Id}',
      input: byId,
      authorize: reading('GetDistribution'),
      run({ Id }) {
        const distribution = distributionIn(architecture, Id)
        return tagged({ Distribution: describe(distribution, invalidations, startedAt) }, configOf(distribution))
      },
    }),
    operation({
      name: 'GetDistributionConfig',
      route: 'GET /2020-05-31/distribution/{Id}/config',
      input: byId,
      authorize: reading('GetDistributionConfig'),
      run({ Id }) {
        const config = configOf(distributionIn(architecture, Id))
        return tagged({ DistributionConfig: config }, config)
      },
    }),
    operation({
      name: 'ListDistributions',
      route: 'GET /2020-05-31/distribution',
      input: shape(PAGING),
      authorize: () => ({ action: 'cloudfront:ListDistributions', resource: '*' }),
      run(input) {
        const all = nodesOf(architecture, 'distribution')
        const { items, next, most } = pageOf(all, input, ({ physicalId }) => physicalId)
        return {
          DistributionList: {
            Marker: input.Marker ?? '',
            NextMarker: next,
            MaxItems: most,
            IsTruncated: next !== undefined,
            ...quantified(
              'DistributionSummary',
              items.map(each => summaryOf(each, startedAt)),
            ),
          },
        }
      },
    }),
    operation({
      name: 'ListTagsForResource',
      route: 'GET /2020-05-31/tagging',
      input: shape({ Resource: z.string() }),
      authorize: ({ Resource }) => ({ action: 'cloudfront:ListTagsForResource', resource: Resource }),
      run({ Resource }) {
        if (!/^arn:aws(-cn)?:cloudfront::\d+:/.test(Resource)) throw new InvalidArgument('The ARN is not valid.')
        const found = nodesOf(architecture, 'distribution').find(({ arn }) => arn === Resource)
        if (!found) throw new NoSuchResource()
        const tags = Object.entries(found.tags).map(([Key, Value]) => ({ Key, Value }))
        return { Tags: { Items: namedList('Tag', tags) } }
      },
    }),
  ]
}

function describe(distribution: Distribution, invalidations: Invalidations, startedAt: Instant) {
  return {
    Id: distribution.physicalId,
    ARN: distribution.arn,
    Status: 'Deployed',
    LastModifiedTime: timestamp(startedAt),
    InProgressInvalidationBatches: invalidations.inProgress(distribution.id),
    DomainName: distribution.domainName,
    ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
    DistributionConfig: configOf(distribution),
  }
}

function summaryOf(distribution: Distribution, startedAt: Instant) {
  const { CallerReference: _, DefaultRootObject: __, Logging: ___, ...config } = configOf(distribution)
  return {
    Id: distribution.physicalId,
    ARN: distribution.arn,
    Status: 'Deployed',
    LastModifiedTime: timestamp(startedAt),
    DomainName: distribution.domainName,
    ...config,
    ViewerCertificate: certificateOf(distribution),
  }
}
