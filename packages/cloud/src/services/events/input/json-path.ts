/** One step into an event: a member, an item, or every member and item. */
type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }

/** Takes a value out of an event; nothing when it isn't there. */
export type TakeOut = (event: unknown) => unknown

const STEP = /^(?:\.(?<name>[\w/-]+)|\.(?<star>\*)|\['(?<quoted>[^']+)'\]|\[(?<index>\d{1,9})\]|\[(?<each>\*)\])/

/**
 * Reads a path such as `$.detail.items[0].name` or `$.detail.items[*].name`, which gives a list.
 *
 * @throws Error for a path that isn't one
 * @see Amazon EventBridge User Guide, "Amazon EventBridge input transformation"
 */
export function readJsonPath(path: string): TakeOut {
  if (!path.startsWith('$')) throw new Error('a path begins with $')
  const steps: Step[] = []
  for (let rest = path.slice(1); rest !== ''; ) {
    const found = STEP.exec(rest)
    if (!found) throw new Error(`${rest} is no step of a path`)
    steps.push(stepOf(found.groups ?? {}))
    rest = rest.slice(found[0].length)
  }
  const several = steps.some(({ kind }) => kind === 'all')
  return event => {
    const values = steps.reduce<readonly unknown[]>((from, step) => from.flatMap(value => taken(value, step)), [event])
    return several ? (values.length > 0 ? values : undefined) : values[0]
  }
}

function stepOf({ name, quoted, index }: Readonly<Record<string, string | undefined>>): Step {
  if (index !== undefined) return { kind: 'index', index: Number(index) }
  const member = name ?? quoted
  return member === undefined ? { kind: 'all' } : { kind: 'name', name: member }
}

function taken(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if (step.kind === 'all') return Object.values(value)
  if (step.kind === 'index') return Array.isArray(value) && step.index < value.length ? [value[step.index]] : []
  return !Array.isArray(value) && Object.hasOwn(value, step.name) ? [Reflect.get(value, step.name)] : []
}
