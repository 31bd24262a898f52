import { argumentsOf } from './arguments.ts'
import type { ConditionFunction } from './scope.ts'

/** `Fn::And`: all of 2 to 10 conditions hold. @see CloudFormation "Fn::And" */
export const and: ConditionFunction = (call, holds) => argumentsOf(call, 2, 10, '2 to 10 conditions').every(holds)
