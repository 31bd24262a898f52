import type { NodeId, StackOutput } from '@terrace/model'
import { loadError } from '../errors.ts'
import { referencesIn } from '../order/references-in.ts'
import { describe, type MappingNode, type TemplateNode } from '../read/template-node.ts'
import { didYouMean } from '../suggest.ts'
import type { Export } from './exports.ts'
import type { StackScope } from './stack-scope.ts'

const KEYS = ['Value', 'Description', 'Condition', 'Export']

/**
 * The outputs whose condition holds, and those of them that are exported.
 *
 * @param nodeId  gives the node of a logical id, if it is one
 * @throws TerraceError LOAD_MALFORMED, LOAD_UNKNOWN_KEY and whatever the functions throw
 */
export function outputsOf(
  declared: ReadonlyMap<string, MappingNode>,
  scope: StackScope,
  stack: string,
  nodeId: (logicalId: string) => NodeId | undefined,
): { readonly outputs: readonly StackOutput[]; readonly exports: readonly Export[] } {
  const outputs: StackOutput[] = []
  const exports: Export[] = []
  for (const [name, node] of declared) {
    const path = `Outputs.${name}`
    const place = { file: scope.file, line: node.line }
    for (const [key, { line }] of node.entries) {
      if (KEYS.includes(key)) continue
      const message = `"${key}" is no attribute of ${path}${didYouMean(key, KEYS)}`
      throw loadError('LOAD_UNKNOWN_KEY', message, { file: scope.file, line }, `allowed: ${KEYS.join(', ')}`)
    }
    const condition = node.entries.get('Condition')
    if (condition?.kind === 'scalar' && !scope.condition(condition.text, condition.line)) continue
    const declaredValue = node.entries.get('Value')
    if (!declaredValue) throw loadError('LOAD_MALFORMED', `${path} has no Value`, place)
    const { value, imported } = scope.part(path, declaredValue)
    const text = textOf(value, `${path}.Value`, scope)
    const exported = exportName(node.entries.get('Export'), path, scope)
    const description = node.entries.get('Description')
    outputs.push({
      name,
      value: text,
      description: description?.kind === 'scalar' ? description.text : '',
      ...(exported === undefined ? {} : { exportName: exported }),
    })
    if (exported === undefined) continue
    const references = referencesIn(declaredValue, conditionName => scope.condition(conditionName, node.line))
    const needs = [...references.flatMap(reference => nodeId(reference.name) ?? []), ...imported]
    exports.push({ name: exported, value: text, stack, place, needs: [...new Set(needs)] })
  }
  return { outputs, exports }
}

function exportName(node: TemplateNode | undefined, path: string, scope: StackScope): string | undefined {
  if (!node) return undefined
  const name = node.kind === 'mapping' ? node.entries.get('Name') : undefined
  if (name) return textOf(scope.resolve(name), `${path}.Export.Name`, scope)
  throw loadError('LOAD_MALFORMED', `${path}.Export must have a Name`, { file: scope.file, line: node.line })
}

function textOf(node: TemplateNode | undefined, path: string, scope: StackScope): string {
  if (node?.kind === 'scalar' && node.value !== null) return node.text
  const found = node ? describe(node) : 'nothing'
  const place = node ? { file: scope.file, line: node.line } : { file: scope.file }
  throw loadError('LOAD_MALFORMED', `${path} must be text, not ${found}`, place)
}
