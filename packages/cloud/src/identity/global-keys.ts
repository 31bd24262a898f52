import type { Instant } from '@terrace/kit'
import type { Architecture, Role } from '@terrace/model'
import type { ContextValues } from './context.ts'
import { type Principal, sessionNameOf } from './principal.ts'
import { uniqueId } from './unique-id.ts'

/**
 * The condition keys that every call has, whatever service it is for.
 *
 * @param role  of a role's session, for its tags
 * @see IAM User Guide "AWS global condition context keys"
 */
export function globalKeys(
  principal: Principal,
  role: Role | undefined,
  { account, region }: Pick<Architecture, 'account' | 'region'>,
  now: Instant,
): ContextValues {
  return {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': region,
    'aws:PrincipalIsAWSService': String(principal.kind === 'service'),
    'aws:ViaAWSService': 'false',
    ...principalKeys(principal, role, account),
  }
}

function principalKeys(principal: Principal, role: Role | undefined, account: string): ContextValues {
  switch (principal.kind) {
    case 'administrator':
      return {
        'aws:PrincipalArn': principal.arn,
        'aws:PrincipalAccount': account,
        'aws:PrincipalType': 'User',
        'aws:userid': uniqueId('AIDA', principal.arn),
        'aws:username': principal.arn.slice(principal.arn.lastIndexOf('/') + 1),
      }
    case 'role':
      return {
        ...tagKeys(role),
        'aws:PrincipalArn': principal.arn,
        'aws:PrincipalAccount': account,
        'aws:PrincipalType': 'AssumedRole',
        'aws:userid': `${uniqueId('AROA', principal.arn)}:${sessionNameOf(principal)}`,
        'aws:MultiFactorAuthPresent': 'false',
      }
    case 'service':
      return {
        'aws:PrincipalServiceName': principal.service,
        'aws:SourceArn': principal.sourceArn,
        'aws:SourceAccount': account,
      }
    case 'anonymous':
      return { 'aws:PrincipalType': 'Anonymous' }
  }
}

const tagKeys = (role: Role | undefined): ContextValues =>
  Object.fromEntries(Object.entries(role?.tags ?? {}).map(([name, value]) => [`aws:PrincipalTag/${name}`, value]))
