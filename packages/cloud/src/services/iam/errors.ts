import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: IAM API Reference, the errors of each operation.

export class NoSuchEntity extends AwsError {
  constructor(message: string) {
    super('NoSuchEntity', 404, message)
  }
}

export class InvalidInputValue extends AwsError {
  constructor(message: string) {
    super('InvalidInput', 400, message)
  }
}

export class ValidationError extends AwsError {
  constructor(message: string) {
    super('ValidationError', 400, message)
  }
}
