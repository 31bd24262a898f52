import { literal } from './arguments.ts'
import type { ConditionFunction } from './scope.ts'

/** `Condition`: another condition, by its name. @see CloudFormation "Condition functions" */
export const condition: ConditionFunction = call =>
  call.scope.condition(literal(call, call.argument, 'the name'), call.line)
