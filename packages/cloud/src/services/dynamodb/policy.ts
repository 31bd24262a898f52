import type { PolicyDocument } from '@terrace/model'
import { readPolicy } from '../../identity/read-policy.ts'
import { ValidationException } from './errors.ts'
import { LONGEST_POLICY } from './limits.ts'

/** A resource-based policy. @throws ValidationException */
export function parsePolicy(text: string): PolicyDocument {
  if (Buffer.byteLength(text) > LONGEST_POLICY) {
    throw new ValidationException(`Invalid policy document: it is longer than ${LONGEST_POLICY} bytes`)
  }
  const document = readPolicy(text)
  if (!document) throw new ValidationException('Invalid policy document: it is not a valid JSON policy document')
  const nobody = document.Statement.some(
    ({ Principal, NotPrincipal }) => Principal === undefined && NotPrincipal === undefined,
  )
  if (nobody) throw new ValidationException('Invalid policy document: a statement has no principal')
  return document
}
