import { argumentsOf, badFunction, listArgument, wholeNumber } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::Select`: one item of a list, counted from 0. @see CloudFormation "Fn::Select" */
export const select: Intrinsic = call => {
  const [index, list] = argumentsOf(call, 2, 2, 'an index and a list')
  const at = wholeNumber(call, index, 'the index')
  const items = listArgument(call, list, 'the list')
  const item = items[at]
  if (item) return { ...item, line: call.line }
  throw badFunction(call, `cannot select item ${at} of a list of ${items.length}; items are counted from 0`)
}
