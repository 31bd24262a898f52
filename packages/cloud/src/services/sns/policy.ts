import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import type { ContextValues } from '../../identity/context.ts'
import type { Principal } from '../../identity/principal.ts'
import { readPolicy } from '../../identity/read-policy.ts'
import { InvalidParameter, NotFound } from './errors.ts'

/** Actions that an owner may hand to others. Amazon SNS API Reference, "AddPermission" */
const SHARED = [
  'AddPermission',
  'DeleteTopic',
  'GetTopicAttributes',
  'ListSubscriptionsByTopic',
  'Publish',
  'RemovePermission',
  'SetTopicAttributes',
  'Subscribe',
]

/**
 * What AWS gives every new topic: whoever acts for its owner's account.
 * @see Amazon SNS Developer Guide, "Example cases for Amazon SNS access control"
 */
export const defaultPolicy = (arn: string, account: string): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: SHARED.map(action => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  })

/**
 * The services that say for whose account they publish, which is all that the policy of a new topic asks for; the others
 * need a statement of their own. Amazon CloudWatch, Auto Scaling and RDS User Guides, on notifications
 */
const SAY_THE_OWNER: ReadonlySet<string> = new Set([
  'autoscaling.amazonaws.com',
  'cloudwatch.amazonaws.com',
  'events.rds.amazonaws.com',
])

/** Condition keys that a service has when it publishes. */
export const publisherKeys = (principal: Principal, account: string): ContextValues =>
  principal.kind === 'service' && SAY_THE_OWNER.has(principal.service) ? { 'aws:SourceOwner': account } : {}

/** @throws InvalidParameter when it isn't a policy */
export function policyOf(text: string): PolicyDocument {
  const document = readPolicy(text)
  if (document) return document
  throw new InvalidParameter('Policy Error: null')
}

/** What `AddPermission` is given. */
export interface Permission {
  readonly label: string
  readonly accounts: readonly string[]
  readonly actions: readonly string[]
}

/** The policy with one more statement. @throws InvalidParameter */
export function addPermission(policy: string, arn: string, { label, accounts, actions }: Permission): string {
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(label)) throw new InvalidParameter('Label')
  if (actions.length === 0 || actions.some(action => !SHARED.includes(action))) {
    throw new InvalidParameter('Policy statement action out of service scope!')
  }
  if (accounts.length === 0 || accounts.some(account => !/^\d{12}$/.test(account))) {
    throw new InvalidParameter('AWSAccountId')
  }
  const document = policyOf(policy)
  if (document.Statement.some(({ Sid }) => Sid === label)) throw new InvalidParameter('Statement already exists')
  const statement: PolicyStatement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: accounts.map(account => `arn:aws:iam::${account}:root`) },
    Action: actions.map(action => `SNS:${action}`),
    Resource: arn,
  }
  return JSON.stringify({ ...JSON.parse(policy), Statement: [...document.Statement, statement] })
}

/** The policy without that statement. @throws NotFound */
export function removePermission(policy: string, label: string): string {
  const document = policyOf(policy)
  const rest = document.Statement.filter(({ Sid }) => Sid !== label)
  if (rest.length === document.Statement.length) throw new NotFound('Statement does not exist')
  return JSON.stringify({ ...JSON.parse(policy), Statement: rest })
}
