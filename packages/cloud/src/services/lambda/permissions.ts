import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { PolicyLengthExceededException, ResourceConflictException, ResourceNotFoundException } from './errors.ts'
import type { FunctionRecord } from './function.ts'
import { LONGEST_POLICY } from './limits.ts'

/** What `AddPermission` is given. */
export interface Permission {
  readonly statementId: string
  readonly action: string
  /** A service, an account, an ARN, or `*`. */
  readonly principal: string
  readonly sourceArn?: string | undefined
  readonly sourceAccount?: string | undefined
  readonly principalOrganization?: string | undefined
}

/** The policy that a caller of that qualifier is held to; each alias and version has one of its own. */
export const policyOf = (
  record: FunctionRecord | undefined,
  qualifier: string | undefined,
): PolicyDocument | undefined => record?.policies[qualifier === undefined || qualifier === '$LATEST' ? '' : qualifier]

/**
 * The function with one more statement.
 * @see Lambda API Reference, "AddPermission"
 * @throws ResourceConflictException, PolicyLengthExceededException
 */
export function withPermission(record: FunctionRecord, arn: string, qualifier: string, permission: Permission) {
  const old = record.policies[qualifier] ?? { Version: '2012-10-17', Id: 'default', Statement: [] }
  const { statementId } = permission
  if (old.Statement.some(({ Sid }) => Sid === statementId)) {
    const message = `The statement id (${statementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`
    throw new ResourceConflictException(message)
  }
  const statement = statementOf(arn, permission)
  const policy = { ...old, Statement: [...old.Statement, statement] }
  if (JSON.stringify(policy).length > LONGEST_POLICY) throw new PolicyLengthExceededException()
  return { record: { ...record, policies: { ...record.policies, [qualifier]: policy } }, statement }
}

/** The function without that statement. @throws ResourceNotFoundException */
export function withoutPermission(record: FunctionRecord, qualifier: string, statementId: string): FunctionRecord {
  const old = record.policies[qualifier]
  const rest = (old?.Statement ?? []).filter(({ Sid }) => Sid !== statementId)
  if (!old || rest.length === old.Statement.length) {
    throw new ResourceNotFoundException(`Statement ${statementId} is not found in resource policy.`)
  }
  const { [qualifier]: _, ...others } = record.policies
  return { ...record, policies: rest.length === 0 ? others : { ...others, [qualifier]: { ...old, Statement: rest } } }
}

function statementOf(arn: string, permission: Permission): PolicyStatement {
  const { statementId, action, sourceArn, sourceAccount, principalOrganization } = permission
  const condition = {
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
    ...(principalOrganization === undefined ? {} : { StringEquals: { 'aws:PrincipalOrgID': principalOrganization } }),
  }
  return {
    Sid: statementId,
    Effect: 'Allow',
    Principal: principalOf(permission.principal),
    Action: action,
    Resource: arn,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  }
}

function principalOf(principal: string): NonNullable<PolicyStatement['Principal']> {
  if (principal === '*') return '*'
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` }
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal }
}
