import { loadError } from '../errors.ts'
import { mappingNode, sequenceNode, type TemplateNode, textNode } from './template-node.ts'

/**
 * The long form of a YAML function tag: `!Sub x` is `{ "Fn::Sub": x }`, `!GetAtt a.b.c` splits at the first dot.
 *
 * @param name  the tag without `!`
 * @throws TerraceError LOAD_BAD_FUNCTION for a `!GetAtt` without a dot
 */
export function longForm(name: string, value: TemplateNode, file: string): TemplateNode {
  const { line } = value
  const wrap = (key: string, argument: TemplateNode) => mappingNode(new Map([[key, argument]]), line)
  if (name === 'Ref' || name === 'Condition') return wrap(name, value)
  if (name === 'GetAtt' && value.kind === 'scalar') return wrap('Fn::GetAtt', splitAttribute(value.text, line, file))
  return wrap(`Fn::${name}`, value)
}

/** `Database.Endpoint.Address` → `["Database", "Endpoint.Address"]`. */
export function splitAttribute(text: string, line: number, file: string): TemplateNode {
  const dot = text.indexOf('.')
  if (dot < 1 || dot === text.length - 1) {
    throw loadError(
      'LOAD_BAD_FUNCTION',
      `Fn::GetAtt needs a logical id and an attribute with a dot between them, not "${text}"`,
      { file, line },
    )
  }
  return sequenceNode([textNode(text.slice(0, dot), line), textNode(text.slice(dot + 1), line)], line)
}
