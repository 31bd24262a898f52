import { AwsError } from '../../gateway/errors.ts'

/** @see CloudFormation API Reference, "Common Error Types" */
export class ValidationError extends AwsError {
  constructor(message: string) {
    super('ValidationError', 400, message)
  }
}

/** What is created already waits for no signal. The text is AWS's, as `cfn-signal` prints it. */
export class CannotBeSignaled extends ValidationError {
  /** @param what  `Stack <ARN>` or `Resource <logical id>` */
  constructor(what: string, status: string) {
    super(`${what} is in ${status} state and cannot be signaled`)
  }
}
