import type { PolicyDocument } from '@terrace/model'
import type { Authorizer, Caller } from '../../identity/authorizer.ts'
import { readPolicy } from '../../identity/read-policy.ts'
import { LimitExceededException, MalformedPolicyDocumentException } from './errors.ts'
import { LONGEST_POLICY } from './limits.ts'

/** The only name that a key policy can have. */
export const POLICY_NAME = 'default'

/**
 * The policy of a key that was given none: it leaves every decision to the policies of IAM.
 * @see AWS KMS Developer Guide "Default key policy"
 */
export const defaultPolicy = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })

/** @throws MalformedPolicyDocumentException, LimitExceededException */
export function parseKeyPolicy(text: string): PolicyDocument {
  if (text.length > LONGEST_POLICY) {
    throw new LimitExceededException(`The key policy has ${text.length} characters; the limit is ${LONGEST_POLICY}.`)
  }
  const document = readPolicy(text)
  if (!document) throw new MalformedPolicyDocumentException('The policy is not a valid JSON policy document.')
  if (document.Statement.some(({ Principal, NotPrincipal }) => Principal === undefined && NotPrincipal === undefined)) {
    throw new MalformedPolicyDocumentException('Policy contains a statement with no principal.')
  }
  return document
}

/**
 * Nobody may lock themselves out.
 *
 * @throws MalformedPolicyDocumentException
 * @see API Reference "PutKeyPolicy", BypassPolicyLockoutSafetyCheck
 */
export function checkLockout(authorizer: Authorizer, caller: Caller, arn: string, document: PolicyDocument): void {
  const decision = authorizer.decide(caller, {
    action: 'kms:PutKeyPolicy',
    resource: arn,
    resourcePolicy: { name: 'the new key policy', document },
    resourceMustAllow: true,
  })
  if (decision.kind === 'allowed') return
  throw new MalformedPolicyDocumentException(
    'The new key policy will not allow you to update the key policy in the future.',
  )
}
