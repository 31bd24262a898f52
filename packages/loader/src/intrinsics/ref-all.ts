import { sequenceNode, textNode } from '../read/template-node.ts'
import { literal } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::RefAll`: the values of every parameter of a type; for Rules. @see CloudFormation "Fn::RefAll" */
export const refAll: Intrinsic = call => {
  const values = call.scope.parametersOfType(literal(call, call.argument, 'the type'))
  return sequenceNode(
    values.map(value => textNode(value, call.line)),
    call.line,
  )
}
