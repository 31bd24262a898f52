import { argumentsOf, literal, textArgument } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/**
 * `Fn::GetAtt`: an attribute of a resource. The logical id is literal, the attribute may come from a parameter.
 *
 * @see CloudFormation "Fn::GetAtt"
 */
export const getAtt: Intrinsic = call => {
  if (call.argument.kind === 'scalar') return dotted(call)
  const [resource, attribute] = argumentsOf(call, 2, 2, 'a logical id and an attribute')
  const logicalId = literal(call, resource, 'the logical id')
  return call.scope.attribute(logicalId, textArgument(call, attribute, 'the attribute'), call.line)
}

// YAML's long form also takes "Resource.Attribute".
const dotted: Intrinsic = call => {
  const text = literal(call, call.argument, 'resource and attribute')
  const dot = text.indexOf('.')
  return call.scope.attribute(text.slice(0, Math.max(dot, 0)), text.slice(dot + 1), call.line)
}
