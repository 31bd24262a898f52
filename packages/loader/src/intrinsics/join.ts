import { textNode } from '../read/template-node.ts'
import { argumentsOf, literal, textsArgument } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::Join`: the texts of a list with a literal delimiter between them. @see CloudFormation "Fn::Join" */
export const join: Intrinsic = call => {
  const [delimiter, list] = argumentsOf(call, 2, 2, 'a delimiter and a list')
  return textNode(textsArgument(call, list, 'the items').join(literal(call, delimiter, 'the delimiter')), call.line)
}
