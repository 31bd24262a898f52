import type { Behavior } from '@terrace/model'
import { matchesPattern, normalizePath } from './path-pattern.ts'

/**
 * The behavior for a path: the first in order whose pattern matches, else the last one, the default.
 *
 * @see CloudFront Developer Guide, "Cache behavior settings", Precedence
 */
export function selectBehavior(behaviors: readonly Behavior[], path: string): Behavior | undefined {
  const normalized = normalizePath(path)
  const last = behaviors.at(-1)
  return behaviors.find(behavior => behavior === last || matchesPattern(behavior.pattern, normalized))
}

/**
 * The path that is really asked for: the default root object instead of `/`, and only there.
 *
 * @param defaultRootObject  without leading slash; empty when there is none
 * @see CloudFront Developer Guide, "Specify a default root object"
 */
export function rootedPath(path: string, defaultRootObject: string): string {
  return path === '/' && defaultRootObject !== '' ? `/${defaultRootObject}` : path
}
