import type { Intrinsic } from './scope.ts'

/** Thrown by a function whose answer lies in an AWS account; what holds it is skipped and listed. */
export class NeedsAccount extends Error {
  constructor(name: string) {
    super(`${name} asks the AWS account for an attribute of a parameter's value`)
    this.name = 'NeedsAccount'
  }
}

/**
 * `Fn::ValueOf` and `Fn::ValueOfAll`: attributes of existing resources, for Rules. differs: there is no account here.
 *
 * @throws NeedsAccount always
 * @see CloudFormation "Fn::ValueOf"
 */
export const valueFromAccount: Intrinsic = call => {
  throw new NeedsAccount(call.name)
}
