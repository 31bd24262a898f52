import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { readPolicy } from '../../identity/read-policy.ts'
import { InvalidParameterValue, OverLimit } from './errors.ts'
import { MOST_ACTIONS } from './limits.ts'

/** Actions that an owner may hand to others. Amazon SQS Developer Guide, "Limitations of Amazon SQS custom policies" */
const SHARED = [
  '*',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
]

/** What `AddPermission` is given. */
export interface Permission {
  readonly label: string
  readonly accounts: readonly string[]
  readonly actions: readonly string[]
}

/**
 * The policy with one more statement.
 * @throws InvalidParameterValue, OverLimit
 */
export function addPermission(policy: string | undefined, arn: string, permission: Permission): string {
  const { label, accounts, actions } = permission
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(label)) {
    throw InvalidParameterValue.of(label, 'Label', 'Can only include alphanumeric characters, hyphens, or underscores.')
  }
  if (actions.length > MOST_ACTIONS) {
    throw new OverLimit(`${actions.length} Actions were found, maximum allowed is ${MOST_ACTIONS}.`)
  }
  const foreign = actions.find(action => !SHARED.includes(action))
  if (foreign !== undefined) {
    const reason = 'Only the queue owner is allowed to invoke this action.'
    throw InvalidParameterValue.of(`SQS:${foreign}`, 'ActionName', reason)
  }
  const document = documentOf(policy)
  if (document.Statement.some(({ Sid }) => Sid === label)) {
    throw InvalidParameterValue.of(label, 'Label', 'Already exists.')
  }
  const statement: PolicyStatement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: accounts.map(account => `arn:aws:iam::${account}:root`) },
    Action: actions.map(action => `SQS:${action}`),
    Resource: arn,
  }
  return JSON.stringify({ ...document, Statement: [...document.Statement, statement] })
}

/** The policy without that statement; empty when nothing is left. @throws InvalidParameterValue */
export function removePermission(policy: string | undefined, label: string): string {
  const document = documentOf(policy)
  const rest = document.Statement.filter(({ Sid }) => Sid !== label)
  if (rest.length === document.Statement.length) {
    throw InvalidParameterValue.of(label, 'Label', "can't find label on existing policy.")
  }
  return rest.length > 0 ? JSON.stringify({ ...document, Statement: rest }) : ''
}

const documentOf = (policy: string | undefined): PolicyDocument =>
  (policy === undefined ? undefined : readPolicy(policy)) ?? { Version: '2012-10-17', Statement: [] }
