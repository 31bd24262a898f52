import type { Condition, Leaf, Pattern } from './pattern.ts'

/**
 * Whether an event matches a pattern. A list in the event matches when one of its items does; of a list of objects, one
 * object must match everything that the pattern says below it.
 *
 * @see Amazon EventBridge User Guide, "Amazon EventBridge event patterns", "Arrays in event patterns"
 */
export function matches(pattern: Pattern, event: unknown): boolean {
  return (
    pattern.fields.every(({ name, is }) => {
      const value = fieldOf(event, name)
      return isPattern(is) ? matchesBelow(is, value) : matchesAny(is, value)
    }) && pattern.alternatives.every(each => each.some(alternative => matches(alternative, event)))
  )
}

const isPattern = (is: Pattern | readonly Condition[]): is is Pattern => !Array.isArray(is)

function matchesBelow(pattern: Pattern, value: unknown): boolean {
  if (!Array.isArray(value)) return matches(pattern, value)
  const objects = flat(value).filter(item => isObject(item))
  // Without any object, only what must not exist can match.
  return objects.length === 0 ? matches(pattern, undefined) : objects.some(item => matches(pattern, item))
}

function matchesAny(conditions: readonly Condition[], value: unknown): boolean {
  const leaves = (Array.isArray(value) ? flat(value) : [value]).filter(isLeaf)
  const values: readonly (Leaf | undefined)[] = leaves.length === 0 ? [undefined] : leaves
  return values.some(leaf => conditions.some(condition => condition.matches(leaf)))
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isLeaf = (value: unknown): value is Leaf =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** The members of an object alone, not what every object inherits. */
const fieldOf = (event: unknown, name: string): unknown =>
  isObject(event) && Object.hasOwn(event, name) ? Reflect.get(event, name) : undefined

/** All items of lists in lists. Without recursion: an event may be nested as deep as it is long. */
function flat(list: readonly unknown[]): readonly unknown[] {
  const items: unknown[] = []
  const rest: unknown[] = [...list].reverse()
  while (rest.length > 0) {
    const item = rest.pop()
    if (!Array.isArray(item)) items.push(item)
    else for (let index = item.length - 1; index >= 0; index--) rest.push(item[index])
  }
  return items
}
