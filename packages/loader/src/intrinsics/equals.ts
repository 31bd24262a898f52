import { toPlain } from '../read/template-node.ts'
import { argumentsOf, resolved } from './arguments.ts'
import type { ConditionFunction } from './scope.ts'

/** `Fn::Equals`: two values are the same; texts are compared with their case. @see CloudFormation "Fn::Equals" */
export const equals: ConditionFunction = call => {
  const [left, right] = argumentsOf(call, 2, 2, 'two values')
  const values = [left, right].map(node => {
    const value = resolved(call, node, 'a value')
    return value.kind === 'scalar' ? value.text : JSON.stringify(toPlain(value))
  })
  return values[0] === values[1]
}
