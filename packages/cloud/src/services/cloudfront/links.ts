import type { Distribution, DistributionOrigin } from '@terrace/model'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Principal } from '../../identity/principal.ts'

/**
 * The gateway's links for the buckets of a distribution, by the origin's id. With an origin access control the bucket sees
 * the service acting for this distribution, with an origin access identity that one, without any nobody in particular.
 */
export async function linksToBuckets(distribution: Distribution, gateway: Gateway): Promise<Record<string, string>> {
  const links: Record<string, string> = {}
  for (const { id, target } of distribution.origins) {
    if (target.kind === 's3') links[id] = await gateway.link(callerOf(distribution, target))
  }
  return links
}

type BucketTarget = Extract<DistributionOrigin['target'], { kind: 's3' }>

/** @see CloudFront Developer Guide, "Restrict access to an Amazon S3 origin" */
function callerOf(
  { arn: sourceArn }: Distribution,
  { accessControl, accessId = '', accessUser }: BucketTarget,
): Principal {
  switch (accessControl) {
    case 'none':
      return { kind: 'anonymous' }
    case 'oac':
      return { kind: 'service', service: 'cloudfront.amazonaws.com', sourceArn }
    case 'oai': {
      // A user of CloudFront's own account: nothing but the bucket's policy can let it in.
      const arn = `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${accessId}`
      return { kind: 'role', role: '', arn, sessionArn: arn, ...(accessUser && { canonicalUser: accessUser }) }
    }
  }
}
