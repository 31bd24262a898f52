import { argumentsOf } from './arguments.ts'
import type { ConditionFunction } from './scope.ts'

/** `Fn::Not`: its one condition does not hold. @see CloudFormation "Fn::Not" */
export const not: ConditionFunction = (call, holds) => !argumentsOf(call, 1, 1, 'one condition in a list').some(holds)
