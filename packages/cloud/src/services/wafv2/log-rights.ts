import { nodesOf } from '@terrace/model'
import { createAuthorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import type { World } from '../../world.ts'
import type { Destination } from './destination.ts'
import { WAFLogDestinationPermissionIssueException } from './errors.ts'

type RightsWorld = Pick<World, 'architecture' | 'calls' | 'clock' | 'journal'>

/** Writes the records. */
const DELIVERER = 'delivery.logs.amazonaws.com'

/** What somebody needs who has records written there: AWS makes the delivery and the policy for it in their name. */
const NEEDED = {
  logGroup: [
    'logs:CreateLogDelivery',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  bucket: ['logs:CreateLogDelivery', 's3:PutBucketPolicy', 's3:GetBucketPolicy'],
} as const

/**
 * Whether somebody may have records written to a place.
 *
 * @throws WAFLogDestinationPermissionIssueException
 * @see WAF Developer Guide, "Permissions required to publish logs to CloudWatch Logs", "… to Amazon S3"
 */
export function checkMayLog(world: RightsWorld, principal: Principal, { kind, name }: Destination): void {
  const authorizer = createAuthorizer(world)
  for (const action of NEEDED[kind]) {
    const resource = action.startsWith('s3:') ? `arn:aws:s3:::${name}` : '*'
    if (authorizer.decide({ principal }, { action, resource }).kind === 'allowed') continue
    throw new WAFLogDestinationPermissionIssueException(
      `You don't have the permissions that the logging configuration requires: ${action} on ${resource}.`,
    )
  }
}

/** Why a file can't be delivered. AWS adds what the delivery needs to the bucket's policy: only a denial stands in its way. */
export function denialOf(world: RightsWorld, name: string, key: string): string | undefined {
  const { region, account } = world.architecture
  const bucket = nodesOf(world.architecture, 'bucket').find(each => each.name === name)
  if (!bucket?.policy) return undefined
  const sourceArn = `arn:aws:logs:${region}:${account}:*`
  const decision = createAuthorizer(world).decide(
    { principal: { kind: 'service', service: DELIVERER, sourceArn }, context: { 'aws:SecureTransport': 'true' } },
    {
      action: 's3:PutObject',
      resource: `${bucket.arn}/${key}`,
      resourcePolicy: { name: `the policy of ${name}`, document: bucket.policy },
      context: { 's3:x-amz-acl': 'bucket-owner-full-control' },
    },
  )
  return decision.kind === 'explicitDeny'
    ? `statement ${decision.by.statement} of ${decision.by.policy} denies ${DELIVERER} s3:PutObject`
    : undefined
}
