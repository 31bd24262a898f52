import { argumentsOf, textArgument, textsArgument } from './arguments.ts'
import type { ConditionFunction } from './scope.ts'

/** `Fn::EachMemberEquals`: every item of a list is the value; for Rules. @see CloudFormation "Fn::EachMemberEquals" */
export const eachMemberEquals: ConditionFunction = call => {
  const [list, value] = argumentsOf(call, 2, 2, 'a list and a value')
  const wanted = textArgument(call, value, 'the value')
  return textsArgument(call, list, 'the list').every(item => item === wanted)
}
