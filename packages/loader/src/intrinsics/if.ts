import { argumentsOf, literal } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::If`: one of two values; only the one taken is evaluated. @see CloudFormation "Fn::If" */
export const fnIf: Intrinsic = call => {
  const [condition, yes, no] = argumentsOf(call, 3, 3, 'a condition, a value if it holds and a value if not')
  const taken = call.scope.condition(literal(call, condition, 'the condition'), call.line) ? yes : no
  return taken && call.scope.resolve(taken)
}
