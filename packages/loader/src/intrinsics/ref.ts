import { literal } from './arguments.ts'
import type { Intrinsic } from './scope.ts'

/** `Ref`: a parameter's value, a pseudo parameter, or what identifies a resource. @see CloudFormation "Ref" */
export const ref: Intrinsic = call => call.scope.ref(literal(call, call.argument, 'the name'), call.line)
