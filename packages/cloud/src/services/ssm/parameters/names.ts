import { HierarchyLevelLimitExceeded, InvalidParameter, ParameterPatternMismatch } from '../errors.ts'
import { LONGEST_NAME, MOST_LEVELS } from '../limits.ts'

/** A parameter as a call names it, and which version of it. */
export interface Reference {
  readonly name: string
  /** A version's number or label, without its colon. */
  readonly selector: string | undefined
}

/** Reads a name or an ARN, optionally with `:version` or `:label`. */
export function splitReference(reference: string): Reference {
  const inArn = /^arn:[^:]*:ssm:[^:]*:\d*:parameter(\/.*)$/.exec(reference)?.[1]
  const [name = '', selector] = (inArn ?? reference).split(':')
  // An ARN has one slash whether the name begins with one or not; a name with further slashes always does.
  const plain = inArn !== undefined && !name.slice(1).includes('/') ? name.slice(1) : name
  return { name: plain, selector }
}

/**
 * Refuses a name that a parameter can't have.
 *
 * @throws ParameterPatternMismatch, InvalidParameter, HierarchyLevelLimitExceeded
 * @see Systems Manager API Reference "PutParameter"
 */
export function checkName(name: string): void {
  if (!/^[\w.\-/]+$/.test(name) || name.length > LONGEST_NAME || /^\/?(aws|ssm)/i.test(name) || name.includes('//')) {
    throw new ParameterPatternMismatch()
  }
  if (name.includes('/') && !name.startsWith('/'))
    throw new InvalidParameter('Parameter name must be a fully qualified name.')
  if (name.split('/').filter(Boolean).length > MOST_LEVELS) throw new HierarchyLevelLimitExceeded(MOST_LEVELS)
}
