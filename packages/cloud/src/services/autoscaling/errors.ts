import { AwsError } from '../../gateway/errors.ts'

/** A parameter has a value that the group doesn't allow. */
export class ValidationError extends AwsError {
  constructor(message: string) {
    super('ValidationError', 400, message)
  }
}
