import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { readPolicy } from '../../identity/read-policy.ts'
import { PolicyLengthExceededException, ResourceNotFoundException, ValidationException } from './errors.ts'
import { LONGEST_POLICY } from './limits.ts'

/** The policy of a bus with this statement, which takes the place of one with the same id. @throws PolicyLengthExceededException */
export function withStatement(policy: string | undefined, statement: PolicyStatement): string {
  const { Statement, ...rest } = documentOf(policy)
  const others = Statement.filter(({ Sid }) => Sid !== statement.Sid)
  return checked(JSON.stringify({ ...rest, Statement: [...others, statement] }))
}

/** The policy without that statement; nothing when none is left. @throws ResourceNotFoundException */
export function withoutStatement(policy: string | undefined, id: string): string | undefined {
  const { Statement, ...rest } = documentOf(policy)
  const others = Statement.filter(({ Sid }) => Sid !== id)
  if (others.length === Statement.length) {
    throw new ResourceNotFoundException('Statement with the provided id does not exist.')
  }
  return others.length === 0 ? undefined : JSON.stringify({ ...rest, Statement: others })
}

/** A whole policy, as a caller brings it. @throws ValidationException, PolicyLengthExceededException */
export function checkPolicy(policy: string): string {
  if (!readPolicy(policy)) throw new ValidationException('The policy is not valid JSON of a policy.')
  return checked(policy)
}

function checked(policy: string): string {
  if (policy.length > LONGEST_POLICY) throw new PolicyLengthExceededException(LONGEST_POLICY)
  return policy
}

const documentOf = (policy: string | undefined): PolicyDocument =>
  (policy === undefined ? undefined : readPolicy(policy)) ?? { Version: '2012-10-17', Statement: [] }
