import { argumentsOf } from './arguments.ts'
import type { ConditionFunction } from './scope.ts'

/** `Fn::Or`: one of 2 to 10 conditions holds. @see CloudFormation "Fn::Or" */
export const or: ConditionFunction = (call, holds) => argumentsOf(call, 2, 10, '2 to 10 conditions').some(holds)
