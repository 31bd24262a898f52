import type { PropertyChange, ResourceChange } from '@terrace/loader'
import type { Context } from '../context.ts'
import { table } from './table.ts'

type Colors = Context['colors']

const SIGNS = { add: '+', modify: '~', remove: '-' } as const

/** How much of a value is shown, in characters. */
const SHOWN = 60

/** A change set for people: stack by stack what is added, changed and removed, with the properties side by side. */
export function describeChanges(changes: readonly ResourceChange[], colors: Colors): string {
  return [...Map.groupBy(changes, ({ stack }) => stack)]
    .map(([stack, own]) => {
      const rows = own.flatMap(change => rowsOf(change, colors))
      return `${colors.bold('stack')} ${stack}\n${table(['', 'resource', 'property', 'before', 'after'], rows, colors)}`
    })
    .join('\n\n')
}

/** `2 to add, 1 to change (1 replaced), 0 to remove`. */
export function countChanges(changes: readonly ResourceChange[]): string {
  const count = (action: ResourceChange['action']) => changes.filter(change => change.action === action).length
  const replaced = changes.filter(({ replacement }) => replacement === 'always').length
  const replacing = replaced === 0 ? '' : ` (${replaced} replaced)`
  return `${count('add')} to add, ${count('modify')} to change${replacing}, ${count('remove')} to remove`
}

function rowsOf(change: ResourceChange, colors: Colors): readonly (readonly string[])[] {
  const { action, logicalId, type, replacement, properties } = change
  const color = action === 'add' ? colors.green : action === 'remove' ? colors.red : colors.yellow
  const fate = replacement === 'always' ? ', replaced' : replacement === 'conditionally' ? ', may be replaced' : ''
  return [
    [color(SIGNS[action]), `${logicalId} ${colors.dim(`${type}${fate}`)}`, '', '', ''],
    ...properties.map(property => ['', '', property.path, ...sides(property)]),
  ]
}

function sides({ before, after, byReference }: PropertyChange): readonly [string, string] {
  if (byReference) return [shorten(before), `follows ${byReference.map(id => id.split('/').at(-1)).join(', ')}`]
  if (typeof before !== 'string' || typeof after !== 'string') return [shorten(before), shorten(after)]
  return aroundDifference(before, after)
}

/** Long texts that begin alike are shown from where they part. */
function aroundDifference(before: string, after: string): readonly [string, string] {
  if (before.length <= SHOWN && after.length <= SHOWN) return [before, after]
  let same = 0
  while (same < before.length && before[same] === after[same]) same++
  const from = Math.max(0, same - 10)
  const part = (text: string) => shorten(`${from === 0 ? '' : '…'}${text.slice(from)}`)
  return [part(before), part(after)]
}

function shorten(value: unknown): string {
  if (value === undefined) return '–'
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\n', '⏎')
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}
