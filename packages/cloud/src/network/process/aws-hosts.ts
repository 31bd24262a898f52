// Loaded into workloads: imports nothing.

/**
 * The public addresses of AWS here. S3 and DynamoDB have one in the ranges that their prefix lists hold, everything else
 * shares the third. differs: each service has many, and they change
 */
export const AWS_ADDRESSES = { s3: '52.216.0.10', dynamodb: '52.94.0.10', others: '54.239.16.10' } as const

/** What a host name of AWS stands for: the service as its endpoints are called, `ecr.dkr` or `secretsmanager`. */
export interface AwsHost {
  readonly service: string
  /** Absent for a global one, such as `iam.amazonaws.com`. */
  readonly region?: string
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/

/**
 * Reads a host name of AWS: `<service>.<region>.amazonaws.com`, global ones, every form of S3's names, registries.
 * Names that AWS gives to resources (`….rds.amazonaws.com`) are not hosts of AWS.
 *
 * @param host  in lower case, without the final dot
 * @see AWS General Reference, "AWS service endpoints"; S3 User Guide, "Virtual hosting of buckets"
 */
export function awsHost(host: string): AwsHost | undefined {
  if (!host.endsWith('.amazonaws.com')) return undefined
  const labels = host.slice(0, -'.amazonaws.com'.length).split('.')
  const last = labels.at(-1) ?? ''
  const s3 = s3Host(labels)
  if (s3) return s3
  if (!REGION.test(last)) return labels.length === 1 ? { service: last } : undefined
  const front = labels.slice(0, -1)
  if (front.length === 0) return undefined
  const [first, second] = front.slice(-2)
  if (front.length === 3 && first === 'dkr' && second === 'ecr') return { service: 'ecr.dkr', region: last }
  if (first === 'api' && second === 'ecr') return { service: 'ecr.api', region: last }
  return { service: front.length > 1 ? (front.at(-1) ?? '') : (front[0] ?? ''), region: last }
}

// `s3`, `bucket.s3`, `s3.us-east-1`, `a.bucket.s3.dualstack.us-east-1`, `s3-us-east-1`; a bucket's name may have dots.
function s3Host(labels: readonly string[]): AwsHost | undefined {
  const rest = labels.at(-1) !== undefined && REGION.test(labels.at(-1) ?? '') ? labels.slice(0, -1) : labels
  const region = rest.length < labels.length ? labels.at(-1) : undefined
  const before = rest.at(-1) === 'dualstack' ? rest.slice(0, -1) : rest
  if (before.at(-1) === 's3') return region === undefined ? { service: 's3' } : { service: 's3', region }
  const old = /^s3-(.+)$/.exec(before.at(-1) ?? '')?.[1]
  return region === undefined && old !== undefined && REGION.test(old) ? { service: 's3', region: old } : undefined
}

/** The public address of a host of AWS, as somebody in `ownRegion` resolves it; nothing for other names. */
export function awsAddress(host: string, ownRegion: string): string | undefined {
  const found = awsHost(host)
  if (!found) return undefined
  const near = found.region === undefined || found.region === ownRegion
  if (near && found.service === 's3') return AWS_ADDRESSES.s3
  if (near && found.service === 'dynamodb') return AWS_ADDRESSES.dynamodb
  return AWS_ADDRESSES.others
}

/**
 * The address in the name that every private address of a VPC has: `ip-10-0-1-23.ec2.internal`, or with
 * `<region>.compute.internal` outside of us-east-1. @see EC2 User Guide, "Amazon EC2 instance hostname types"
 */
export function privateNameAddress(host: string, ownRegion: string): string | undefined {
  const domain = ownRegion === 'us-east-1' ? '.ec2.internal' : `.${ownRegion}.compute.internal`
  if (!host.startsWith('ip-') || !host.endsWith(domain)) return undefined
  const parts = host.slice(3, -domain.length).split('-')
  const valid = parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && Number(part) < 256)
  return valid ? parts.join('.') : undefined
}
