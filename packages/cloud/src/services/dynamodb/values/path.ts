import type { AttributeValue, Item } from './attribute-value.ts'

/** Where a value is in an item: `['address', 'lines', 0]`. */
export type Path = readonly (string | number)[]

/** What is there. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let found: AttributeValue | undefined = { M: item }
  for (const part of path) found = typeof part === 'number' ? found?.L?.[part] : own(found?.M, part)
  return found
}

const own = (item: Item | undefined, name: string): AttributeValue | undefined =>
  item && Object.hasOwn(item, name) ? item[name] : undefined

interface Branch {
  whole: boolean
  readonly inside: Map<string | number, Branch>
}

/** What of an item is at these paths; items of lists keep their order and move together. */
export function project(item: Item, paths: readonly Path[]): Item {
  const root: Branch = { whole: false, inside: new Map() }
  for (const path of paths) {
    let branch = root
    for (const part of path) {
      const next = branch.inside.get(part) ?? { whole: false, inside: new Map() }
      branch.inside.set(part, next)
      branch = next
    }
    branch.whole = true
  }
  return membersOf(item, root)
}

function membersOf(item: Item, { inside }: Branch): Item {
  const members: [string, AttributeValue][] = []
  for (const [name, branch] of inside) {
    const value = typeof name === 'string' ? own(item, name) : undefined
    const kept = value && cut(value, branch)
    if (kept && typeof name === 'string') members.push([name, kept])
  }
  return Object.fromEntries(members)
}

function cut(value: AttributeValue, branch: Branch): AttributeValue | undefined {
  if (branch.whole) return value
  if (value.M) {
    const M = membersOf(value.M, branch)
    return Object.keys(M).length > 0 ? { M } : undefined
  }
  if (!value.L) return undefined
  const L = value.L.flatMap((each, i) => {
    const inside = branch.inside.get(i)
    const kept = inside && cut(each, inside)
    return kept ? [kept] : []
  })
  return L.length > 0 ? { L } : undefined
}
