/** What stands in a circle, each needing the next, the first being also the last. */
export class Cycle<T> extends Error {
  readonly members: readonly T[]

  constructor(members: readonly T[]) {
    super('cycle')
    this.name = 'Cycle'
    this.members = members
  }
}

/**
 * The items such that each comes after what it needs; among those that are free the given order stays.
 *
 * @throws Cycle naming one circle
 */
export function inOrder<T>(items: Iterable<T>, needs: (item: T) => Iterable<T>): readonly T[] {
  const ordered = new Set<T>()
  const path: T[] = []
  const onPath = new Set<T>()
  const visit = (item: T) => {
    if (ordered.has(item)) return
    if (onPath.has(item)) throw new Cycle([...path.slice(path.indexOf(item)), item])
    path.push(item)
    onPath.add(item)
    for (const needed of needs(item)) visit(needed)
    path.pop()
    onPath.delete(item)
    ordered.add(item)
  }
  for (const item of items) visit(item)
  return [...ordered]
}
