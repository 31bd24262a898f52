import { ValidationException } from '../errors.ts'
import { type AttributeValue, type Item, setOf, typeOf } from './attribute-value.ts'
import { addDecimals, compareDecimals, subtractDecimals } from './decimal.ts'
import { type Path, valueAt } from './path.ts'

/** One action of an update expression as dynalite parses it. */
export type UpdateAction =
  | { readonly type: 'set'; readonly path: Path; readonly val: SetOperand }
  | { readonly type: 'remove'; readonly path: Path }
  | { readonly type: 'add' | 'delete'; readonly path: Path; readonly val: AttributeValue }

/** A place in the item, a value of the request, or something calculated from them. */
type SetOperand = Path | AttributeValue | Calculation

interface Calculation {
  readonly type: 'add' | 'subtract' | 'function'
  readonly name?: 'if_not_exists' | 'list_append'
  readonly args: readonly SetOperand[]
}

/**
 * The item after an update: all actions see it as it was before.
 *
 * @throws ValidationException
 * @see Amazon DynamoDB Developer Guide "Using update expressions in DynamoDB"
 */
export function updated(before: Item, actions: readonly UpdateAction[]): Item {
  const changes = actions.map(action => ({ path: action.path, value: valueAfter(action, before) }))
  const after: Writable = { M: structuredClone(before) }
  const lists = new Set<AttributeValue[]>()
  for (const { path, value } of changes) {
    const { parent, name } = placeIn(after, path)
    if (typeof name === 'number') lists.add(parent.L ?? [])
    write(parent, name, value)
  }
  // Removed places and those left open beyond the end close when everything is written.
  for (const list of lists) list.splice(0, list.length, ...list.filter(each => each !== undefined && each !== REMOVED))
  return after.M ?? {}
}

/** Stands where an item of a list was, so that those after it keep their place until the end. */
const REMOVED: AttributeValue = {}

interface Writable {
  readonly L?: AttributeValue[]
  readonly M?: Record<string, AttributeValue>
}

function placeIn(root: Writable, path: Path): { readonly parent: Writable; readonly name: string | number } {
  const parent = valueAt(root.M ?? {}, path.slice(0, -1)) as Writable | undefined
  const name = path.at(-1)
  const fits = typeof name === 'number' ? parent?.L : parent?.M
  if (parent && fits && name !== undefined) return { parent, name }
  throw new ValidationException('The document path provided in the update expression is invalid for update')
}

function write(parent: Writable, name: string | number, value: AttributeValue | undefined): void {
  if (typeof name === 'string') {
    if (!parent.M) return
    if (value) parent.M[name] = structuredClone(value)
    else delete parent.M[name]
    return
  }
  if (!parent.L) return
  if (value) parent.L[name] = structuredClone(value)
  else if (name < parent.L.length) parent.L[name] = REMOVED
}

/** Nothing when it is not there afterwards. */
function valueAfter(action: UpdateAction, item: Item): AttributeValue | undefined {
  if (action.type === 'remove') return undefined
  if (action.type === 'set') {
    const value = calculated(action.val, item)
    if (value) return value
    throw new ValidationException('The provided expression refers to an attribute that does not exist in the item')
  }
  const old = valueAt(item, action.path)
  if (old && typeOf(old) !== typeOf(action.val)) throw wrongType()
  return action.type === 'add' ? added(old, action.val) : withoutMembers(old, action.val)
}

function added(old: AttributeValue | undefined, more: AttributeValue): AttributeValue {
  if (more.N !== undefined) return { N: addDecimals(old?.N ?? '0', more.N) }
  const type = typeOf(more) ?? 'SS'
  const members = [...((old && setOf(old)) ?? [])]
  for (const each of setOf(more) ?? []) if (!members.some(isMember(type, each))) members.push(each)
  return { [type]: members }
}

function withoutMembers(old: AttributeValue | undefined, gone: AttributeValue): AttributeValue | undefined {
  const type = typeOf(gone) ?? 'SS'
  const without = setOf(gone) ?? []
  const rest = ((old && setOf(old)) ?? []).filter(each => !without.some(isMember(type, each)))
  return rest.length > 0 ? { [type]: rest } : undefined
}

const isMember = (type: string, member: string) => (each: string) =>
  type === 'NS' ? compareDecimals(each, member) === 0 : each === member

function calculated(operand: SetOperand, item: Item): AttributeValue | undefined {
  if (Array.isArray(operand)) return valueAt(item, operand as Path)
  if (!('args' in operand)) return operand as AttributeValue
  const { type, name, args } = operand as Calculation
  const [first = [], second = []] = args
  if (name === 'if_not_exists') return calculated(first, item) ?? calculated(second, item)
  const [a, b] = [calculated(first, item), calculated(second, item)]
  if (!a || !b) return undefined
  if (name === 'list_append') {
    if (!a.L || !b.L) throw wrongType()
    return { L: [...a.L, ...b.L] }
  }
  if (a.N === undefined || b.N === undefined) throw wrongType()
  return { N: type === 'add' ? addDecimals(a.N, b.N) : subtractDecimals(a.N, b.N) }
}

const wrongType = () => new ValidationException('An operand in the update expression has an incorrect data type')
