import { textNode, toPlain } from '../read/template-node.ts'
import { badFunction, resolved } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::ToJsonString`: a list or mapping as JSON; needs `AWS::LanguageExtensions`. @see CloudFormation "Fn::ToJsonString" */
export const toJsonString: Intrinsic = call => {
  if (!call.scope.languageExtensions) throw badFunction(call, 'needs "Transform: AWS::LanguageExtensions"')
  const value = resolved(call, call.argument, 'the value')
  if (value.kind === 'scalar') throw badFunction(call, 'takes a list or a mapping')
  return textNode(JSON.stringify(toPlain(value)), call.line)
}
