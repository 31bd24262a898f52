import { sequenceNode, textNode } from '../read/template-node.ts'
import { zonesOf } from '../regions.ts'
import { textArgument } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::GetAZs`: the zones of a region in alphabetical order; an empty text is the stack's own. @see CloudFormation "Fn::GetAZs" */
export const getAzs: Intrinsic = call => {
  const region = textArgument(call, call.argument, 'the region') || call.scope.region
  return sequenceNode(
    zonesOf(region).map(zone => textNode(zone, call.line)),
    call.line,
  )
}
