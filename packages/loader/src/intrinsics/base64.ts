import { textNode } from '../read/template-node.ts'
import { textArgument } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Fn::Base64`: the UTF-8 bytes of a text in base 64, without line breaks. @see CloudFormation "Fn::Base64" */
export const base64: Intrinsic = call =>
  textNode(Buffer.from(textArgument(call, call.argument, 'the text'), 'utf8').toString('base64'), call.line)
