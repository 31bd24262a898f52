import { CommonError } from '../errors.ts'

/** Deepest nesting of a member's name. AWS's own shapes stay below 10. */
const DEEPEST = 32

interface Tree extends Map<string, Tree | string> {}

/**
 * Reads the flattened members of the Query protocols back into a structure: `A.member.1.B=x` is `{A: [{B: 'x'}]}`,
 * `M.entry.1.key=k&M.entry.1.value=v` is `{M: {k: 'v'}}`. All values stay text.
 *
 * @param itemNames  what list items are called beside `member`, such as RDS's `Filter`
 * @throws CommonError malformedBody when a name is both a value and a structure, or nested too deep
 */
export function readForm(form: URLSearchParams, itemNames: readonly string[] = []): Readonly<Record<string, unknown>> {
  const root: Tree = new Map()
  for (const [name, value] of form) {
    const path = name.split('.')
    if (path.length > DEEPEST) throw malformed(name)
    let tree = root
    for (const part of path.slice(0, -1)) {
      const next = tree.get(part) ?? new Map<string, Tree | string>()
      if (typeof next === 'string') throw malformed(name)
      tree.set(part, next)
      tree = next
    }
    const last = path.at(-1) ?? ''
    if (tree.get(last) instanceof Map) throw malformed(name)
    tree.set(last, value)
  }
  const items = new Set(['member', ...itemNames])
  return Object.fromEntries([...root].map(([name, tree]) => [name, readTree(tree, items)]))
}

function readTree(tree: Tree | string, items: ReadonlySet<string>): unknown {
  if (typeof tree === 'string') return tree
  const [only] = tree
  if (tree.size === 1 && only && typeof only[1] !== 'string' && isNumbered(only[1])) {
    if (items.has(only[0])) return listOf(only[1], items)
    if (only[0] === 'entry') return mapOf(listOf(only[1], items))
  }
  if (isNumbered(tree)) return listOf(tree, items)
  return Object.fromEntries([...tree].map(([name, child]) => [name, readTree(child, items)]))
}

const isNumbered = (tree: Tree): boolean => tree.size > 0 && [...tree.keys()].every(key => /^\d+$/.test(key))

const listOf = (tree: Tree, items: ReadonlySet<string>): readonly unknown[] =>
  [...tree].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => readTree(child, items))

function mapOf(entries: readonly unknown[]): Readonly<Record<string, unknown>> {
  const pairs = entries.map(entry => Object.entries(Object(entry)))
  return Object.fromEntries(
    pairs.map(pair => [
      String(pair.find(([name]) => name === 'key')?.[1] ?? ''),
      pair.find(([name]) => name === 'value')?.[1] ?? '',
    ]),
  )
}

const malformed = (name: string) =>
  new CommonError('malformedBody', `The parameter ${name.slice(0, 200)} cannot be read.`)
