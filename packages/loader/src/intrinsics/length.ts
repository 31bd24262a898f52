import { scalarNode } from '../read/template-node.ts'
import { badFunction, listArgument } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::Length`: how many items a list has; needs `AWS::LanguageExtensions`. @see CloudFormation "Fn::Length" */
export const length: Intrinsic = call => {
  if (!call.scope.languageExtensions) throw badFunction(call, 'needs "Transform: AWS::LanguageExtensions"')
  return scalarNode(listArgument(call, call.argument, 'the list').length, call.line)
}
