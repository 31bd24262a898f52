import { argumentsOf, textArgument, textsArgument } from './arguments.ts'
import type { ConditionFunction } from './scope.ts'

/** `Fn::Contains`: a list has the value among its items; for Rules. @see CloudFormation "Fn::Contains" */
export const contains: ConditionFunction = call => {
  const [list, value] = argumentsOf(call, 2, 2, 'a list and a value')
  return textsArgument(call, list, 'the list').includes(textArgument(call, value, 'the value'))
}
