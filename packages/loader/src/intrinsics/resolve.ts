import { loadError } from '../errors.ts'
import { describe, type MappingNode, type TemplateNode } from '../read/template-node.ts'
import { didYouMean } from '../suggest.ts'
import type { Intrinsic, Scope, Section } from './scope.ts'
import { CONDITION_FUNCTIONS, INTRINSICS, RULE_CONDITION_FUNCTIONS, RULE_INTRINSICS } from './table.ts'

/**
 * Replaces every function in a node by its value. Properties and list items whose value is `AWS::NoValue` are gone.
 *
 * @returns nothing when the node itself is `AWS::NoValue`
 * @throws TerraceError LOAD_UNKNOWN_FUNCTION, and whatever the functions throw
 */
export function resolve(node: TemplateNode, scope: Scope): TemplateNode | undefined {
  if (node.kind === 'scalar') return node
  if (node.kind === 'sequence') {
    return { ...node, items: node.items.flatMap(item => resolve(item, scope) ?? []) }
  }
  const name = functionName(node, scope)
  if (name !== undefined) {
    const argument = node.entries.get(name)
    const intrinsic = intrinsicNamed(name, node, scope)
    return argument && intrinsic({ name, argument, line: node.line, scope })
  }
  const entries = new Map<string, TemplateNode>()
  for (const [key, value] of node.entries) {
    const resolved = resolve(value, scope)
    // The value of a function stands where the property is, for messages.
    if (resolved) entries.set(key, resolved.line === value.line ? resolved : { ...resolved, line: value.line })
  }
  return { ...node, entries }
}

/** Whether a node of the Conditions or Rules section holds. */
export function holds(node: TemplateNode, scope: Scope): boolean {
  const [name, argument] = node.kind === 'mapping' && node.entries.size === 1 ? ([...node.entries][0] ?? []) : []
  const known = name === undefined ? undefined : conditionNamed(name, scope.section)
  if (name !== undefined && argument && known) {
    return known({ name, argument, line: node.line, scope }, inner => holds(inner, scope))
  }
  const names = [...CONDITION_FUNCTIONS.keys(), ...(scope.section === 'rules' ? RULE_CONDITION_FUNCTIONS.keys() : [])]
  const found = name === undefined ? describe(node) : `"${name}"${didYouMean(name, names)}`
  throw loadError('LOAD_UNKNOWN_FUNCTION', `a condition must be one of ${names.join(', ')}, not ${found}`, {
    file: scope.file,
    line: node.line,
  })
}

const conditionNamed = (name: string, section: Section) =>
  CONDITION_FUNCTIONS.get(name) ?? (section === 'rules' ? RULE_CONDITION_FUNCTIONS.get(name) : undefined)

function functionName(node: MappingNode, scope: Scope): string | undefined {
  let name: string | undefined
  for (const key of node.entries.keys()) if (key === 'Ref' || key.startsWith('Fn::')) name = key
  if (name === undefined || node.entries.size === 1 || name === 'Ref') {
    return node.entries.size === 1 ? name : undefined
  }
  const others = [...node.entries.keys()].filter(key => key !== name)
  throw loadError(
    'LOAD_BAD_FUNCTION',
    `${name} must stand alone in its mapping, but ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} beside it`,
    { file: scope.file, line: node.line },
  )
}

function intrinsicNamed(name: string, node: MappingNode, scope: Scope): Intrinsic {
  const intrinsic = INTRINSICS.get(name) ?? (scope.section === 'rules' ? RULE_INTRINSICS.get(name) : undefined)
  if (intrinsic) return intrinsic
  const place = { file: scope.file, line: node.line }
  if (name === 'Fn::Transform' || name.startsWith('Fn::ForEach')) {
    const what = name === 'Fn::Transform' ? 'Fn::Transform runs a macro inside AWS' : `${name} is a loop`
    const hint = 'give the processed template: "aws cloudformation get-template --template-stage Processed"'
    throw loadError('LOAD_UNKNOWN_FUNCTION', `${what}, which is not supported here`, place, hint)
  }
  if (conditionNamed(name, 'rules')) {
    throw loadError('LOAD_UNKNOWN_FUNCTION', `${name} is only allowed in the Conditions and Rules sections`, place)
  }
  const known = didYouMean(name, INTRINSICS.keys())
  throw loadError('LOAD_UNKNOWN_FUNCTION', `there is no function ${name} at this place${known}`, place)
}
