import type { RequestContext } from './context.ts'
import { substitute, wildcard } from './wildcard.ts'

/** Whether a text of the request fits a pattern of a policy. */
export type Matcher = (text: string, context: RequestContext) => boolean

/** A pattern of an action, whose letters' case doesn't count: `s3:Get*`. */
export function actionMatcher(pattern: string): Matcher {
  if (pattern === '*' || pattern === '*:*') return () => true
  const lower = pattern.toLowerCase()
  if (!/[*?]/.test(pattern)) return action => action.toLowerCase() === lower
  const expression = wildcard(pattern, 'i')
  return action => expression.test(action)
}

/** A pattern of a resource. @param variables  whether the policy's version knows `${…}` */
export function resourceMatcher(pattern: string, variables: boolean): Matcher {
  if (pattern === '*') return () => true
  if (variables && pattern.includes('${')) {
    return (resource, context) => {
      const complete = substitute(pattern, key => context.single(key))
      return complete !== undefined && wildcard(complete).test(resource)
    }
  }
  if (!/[*?]/.test(pattern)) return resource => resource === pattern
  const expression = wildcard(pattern)
  return resource => expression.test(resource)
}

/** Any of them. */
export const anyOf =
  (matchers: readonly Matcher[]): Matcher =>
  (text, context) =>
    matchers.some(matches => matches(text, context))
