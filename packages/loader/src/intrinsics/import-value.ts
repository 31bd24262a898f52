import { textNode } from '../read/template-node.ts'
import { textArgument } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::ImportValue`: the value that another stack exports under a name. @see CloudFormation "Fn::ImportValue" */
export const importValue: Intrinsic = call =>
  textNode(call.scope.exported(textArgument(call, call.argument, 'the name'), call.line), call.line)
