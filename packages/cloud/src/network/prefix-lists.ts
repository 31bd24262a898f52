import { type Architecture, type Cidr, nodesOf } from '@terrace/model'

/** Where the public addresses of S3 and DynamoDB are here, as their prefix lists have them in us-east-1. */
export const SERVICE_RANGES = { s3: '52.216.0.0/15', dynamodb: '52.94.0.0/22' } as const

/** A CDN comes to its origins from here. */
export const CLOUDFRONT_RANGE: Cidr = '130.176.0.0/16'

/** The address that a distribution's calls to a public origin come from. */
export const CLOUDFRONT_ADDRESS = '130.176.0.10'

/**
 * The ids of AWS's own prefix lists by region, as they are widely quoted; AWS documents how to look them up, not the
 * ids. One that isn't here matches nothing, and what it should have let through is said to be dropped for that.
 */
const MANAGED: Readonly<Record<string, Cidr>> = {
  'pl-63a5400a': SERVICE_RANGES.s3,
  'pl-7ba54012': SERVICE_RANGES.s3,
  'pl-68a54001': SERVICE_RANGES.s3,
  'pl-6da54004': SERVICE_RANGES.s3,
  'pl-6ea54007': SERVICE_RANGES.s3,
  'pl-02cd2c6b': SERVICE_RANGES.dynamodb,
  'pl-4ca54025': SERVICE_RANGES.dynamodb,
  'pl-00a54069': SERVICE_RANGES.dynamodb,
  'pl-6fa54006': SERVICE_RANGES.dynamodb,
  'pl-66a5400f': SERVICE_RANGES.dynamodb,
  'pl-3b927c52': CLOUDFRONT_RANGE,
  'pl-82a045eb': CLOUDFRONT_RANGE,
  'pl-4fa04526': CLOUDFRONT_RANGE,
  'pl-a3a144ca': CLOUDFRONT_RANGE,
}

/** The ranges of every prefix list that rules may name: AWS's own, and those of the template. */
export function prefixLists(architecture: Architecture): ReadonlyMap<string, readonly Cidr[]> {
  const lists = new Map<string, readonly Cidr[]>(Object.entries(MANAGED).map(([id, cidr]) => [id, [cidr]]))
  for (const { origin, physicalId, properties } of nodesOf(architecture, 'other')) {
    if (origin.type !== 'AWS::EC2::PrefixList' || !Array.isArray(properties.Entries)) continue
    lists.set(
      physicalId,
      properties.Entries.flatMap((entry: unknown) => {
        const cidr: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'Cidr') : undefined
        return typeof cidr === 'string' && !cidr.includes(':') ? [cidr] : []
      }),
    )
  }
  return lists
}
