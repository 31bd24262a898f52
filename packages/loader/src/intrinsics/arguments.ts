import type { TerraceError } from '@terrace/kit'
import { loadError } from '../errors.ts'
import { describe, type TemplateNode } from '../read/template-node.ts'
import type { Call } from './scope.ts'

/** An error at a function: its name, what is wrong, what is allowed. */
export function badFunction(call: Call, problem: string, hint?: string): TerraceError {
  return loadError('LOAD_BAD_FUNCTION', `${call.name} ${problem}`, { file: call.scope.file, line: call.line }, hint)
}

/** The arguments of a function that takes a list of them. @throws TerraceError LOAD_BAD_FUNCTION for another number */
export function argumentsOf(call: Call, least: number, most: number, form: string): readonly TemplateNode[] {
  const { argument } = call
  if (argument.kind === 'sequence' && argument.items.length >= least && argument.items.length <= most) {
    return argument.items
  }
  const found = argument.kind === 'sequence' ? `a list of ${argument.items.length}` : describe(argument)
  throw badFunction(call, `takes ${form}, not ${found}`)
}

/** A text that may not come from another function, such as a delimiter. */
export function literal(call: Call, node: TemplateNode | undefined, what: string): string {
  if (node?.kind === 'scalar' && node.value !== null) return node.text
  throw badFunction(call, `takes a literal text as ${what}, not ${node ? describe(node) : 'nothing'}`)
}

/** The argument with its own functions replaced; `AWS::NoValue` is refused. */
export function resolved(call: Call, node: TemplateNode | undefined, what: string): TemplateNode {
  const value = node && call.scope.resolve(node)
  if (value) return value
  throw badFunction(call, `got no value as ${what}`)
}

/** The argument as text; numbers and booleans as they are written. */
export function textArgument(call: Call, node: TemplateNode | undefined, what: string): string {
  const value = resolved(call, node, what)
  if (value.kind === 'scalar' && value.value !== null) return value.text
  throw badFunction(call, `takes a text as ${what}, not ${describe(value)}`)
}

/** The argument as a whole number, also when it is written as text. */
export function wholeNumber(call: Call, node: TemplateNode | undefined, what: string): number {
  const text = textArgument(call, node, what)
  if (/^\d+$/.test(text.trim())) return Number(text)
  throw badFunction(call, `takes a whole number as ${what}, not "${text}"`)
}

/** The argument as a list of nodes. */
export function listArgument(call: Call, node: TemplateNode | undefined, what: string): readonly TemplateNode[] {
  const value = resolved(call, node, what)
  if (value.kind === 'sequence') return value.items
  throw badFunction(call, `takes a list as ${what}, not ${describe(value)}`)
}

/** The argument as a list of texts. */
export function textsArgument(call: Call, node: TemplateNode | undefined, what: string): readonly string[] {
  return listArgument(call, node, what).map(item => {
    if (item.kind === 'scalar' && item.value !== null) return item.text
    throw badFunction(call, `takes a list of texts as ${what}, but one item is ${describe(item)}`)
  })
}
