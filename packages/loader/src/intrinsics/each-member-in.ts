import { argumentsOf, textsArgument } from './arguments.ts'
import type { ConditionFunction } from './scope.ts'

/** `Fn::EachMemberIn`: every item of one list is in the other; for Rules. @see CloudFormation "Fn::EachMemberIn" */
export const eachMemberIn: ConditionFunction = call => {
  const [list, allowed] = argumentsOf(call, 2, 2, 'two lists')
  const known = textsArgument(call, allowed, 'the second list')
  return textsArgument(call, list, 'the first list').every(item => known.includes(item))
}
