import { loadError } from '../errors.ts'
import type { TemplateNode } from '../read/template-node.ts'
import { argumentsOf, badFunction, textArgument } from './arguments.ts'
import type { Call, Intrinsic } from './scope.ts'

/**
 * `Fn::FindInMap`: an entry of a mapping. With `AWS::LanguageExtensions` a fourth argument may hold a `DefaultValue`.
 *
 * @see CloudFormation "Fn::FindInMap"
 */
export const findInMap: Intrinsic = call => {
  const [map, top, second, options] = argumentsOf(call, 3, 4, 'a mapping, a top-level key and a second-level key')
  const fallback = options && defaultValue(call, options)
  const name = textArgument(call, map, 'the mapping')
  const first = textArgument(call, top, 'the top-level key')
  const key = textArgument(call, second, 'the second-level key')
  const found = call.scope.mapping(name, first, key)
  if (typeof found !== 'string') return { ...found, line: call.line }
  if (fallback) return call.scope.resolve(fallback)
  const missing = { mapping: name, top: `${name}.${first}`, second: `${name}.${first}.${key}` }[found]
  throw loadError('LOAD_UNKNOWN_MAPPING', `Fn::FindInMap finds no ${missing} in the Mappings section`, {
    file: call.scope.file,
    line: call.line,
  })
}

function defaultValue(call: Call, options: TemplateNode): TemplateNode {
  const value = options.kind === 'mapping' ? options.entries.get('DefaultValue') : undefined
  if (!value) throw badFunction(call, 'takes {DefaultValue: …} as its fourth argument')
  if (!call.scope.languageExtensions) throw badFunction(call, 'takes a DefaultValue only with AWS::LanguageExtensions')
  return value
}
