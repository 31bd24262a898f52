import { sequenceNode, textNode } from '../read/template-node.ts'
import { argumentsOf, badFunction, literal, textArgument } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::Split`: the parts of a text, empty ones included. @see CloudFormation "Fn::Split" */
export const split: Intrinsic = call => {
  const [delimiter, source] = argumentsOf(call, 2, 2, 'a delimiter and a text')
  const separator = literal(call, delimiter, 'the delimiter')
  if (separator === '') throw badFunction(call, 'cannot split at an empty delimiter')
  const parts = textArgument(call, source, 'the text').split(separator)
  return sequenceNode(
    parts.map(part => textNode(part, call.line)),
    call.line,
  )
}
