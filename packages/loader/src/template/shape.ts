import { loadError } from '../errors.ts'
import { describe, type MappingNode, type SequenceNode, type TemplateNode } from '../read/template-node.ts'

/** @throws TerraceError LOAD_MALFORMED unless the node is a mapping */
export function expectMapping(node: TemplateNode, path: string, file: string): MappingNode {
  if (node.kind === 'mapping') return node
  throw loadError('LOAD_MALFORMED', `${path} must be a mapping, not ${describe(node)}`, { file, line: node.line })
}

/** @throws TerraceError LOAD_MALFORMED unless the node is a list */
export function expectSequence(node: TemplateNode, path: string, file: string): SequenceNode {
  if (node.kind === 'sequence') return node
  throw loadError('LOAD_MALFORMED', `${path} must be a list, not ${describe(node)}`, { file, line: node.line })
}

/** The text of a scalar; numbers and booleans as they are written. @throws TerraceError LOAD_MALFORMED */
export function expectText(node: TemplateNode, path: string, file: string): string {
  if (node.kind === 'scalar' && node.value !== null) return node.text
  throw loadError('LOAD_MALFORMED', `${path} must be text, not ${describe(node)}`, { file, line: node.line })
}
