import { PLACEHOLDER } from '../intrinsics/sub.ts'
import type { TemplateNode } from '../read/template-node.ts'

/** A name that a node refers to. */
export interface Reference {
  readonly name: string
  readonly by: 'Ref' | 'Fn::GetAtt' | 'Fn::Sub' | 'DependsOn'
  readonly line: number
}

/**
 * The parameters, pseudo parameters and resources that a node refers to.
 *
 * @param taken  says which branch of an `Fn::If` counts; without it both do
 */
export function referencesIn(node: TemplateNode, taken?: (condition: string) => boolean): readonly Reference[] {
  const found: Reference[] = []
  collect(node, taken, found)
  return found
}

function collect(node: TemplateNode, taken: ((condition: string) => boolean) | undefined, found: Reference[]): void {
  if (node.kind === 'scalar') return
  if (node.kind === 'sequence') {
    for (const item of node.items) collect(item, taken, found)
    return
  }
  const [only] = node.entries.size === 1 ? node.entries : []
  const [key, argument] = only ?? []
  if (key === 'Ref' && argument?.kind === 'scalar') {
    found.push({ name: argument.text, by: key, line: node.line })
  } else if (key === 'Fn::GetAtt' && argument) {
    const name = attributeOwner(argument)
    if (name !== undefined) found.push({ name, by: key, line: node.line })
    if (argument.kind === 'sequence') collect(argument, taken, found)
  } else if (key === 'Fn::Sub' && argument) {
    substitutions(argument, node.line, found)
    collect(argument, taken, found)
  } else if (key === 'Fn::If' && argument?.kind === 'sequence' && taken && argument.items[0]?.kind === 'scalar') {
    const branch = argument.items[taken(argument.items[0].text) ? 1 : 2]
    if (branch) collect(branch, taken, found)
  } else {
    for (const value of node.entries.values()) collect(value, taken, found)
  }
}

function attributeOwner(argument: TemplateNode): string | undefined {
  const first = argument.kind === 'sequence' ? argument.items[0] : argument
  if (first?.kind !== 'scalar') return undefined
  return argument.kind === 'sequence' ? first.text : first.text.split('.')[0]
}

function substitutions(argument: TemplateNode, line: number, found: Reference[]): void {
  const [text, variables] = argument.kind === 'sequence' ? argument.items : [argument]
  if (text?.kind !== 'scalar') return
  const own = variables?.kind === 'mapping' ? variables.entries : new Map()
  for (const [, placeholder = ''] of text.text.matchAll(PLACEHOLDER)) {
    if (placeholder.startsWith('!') || own.has(placeholder)) continue
    found.push({ name: placeholder.split('.')[0] ?? '', by: 'Fn::Sub', line })
  }
}
