import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: Application Auto Scaling API Reference, the errors of each operation.

export class ValidationException extends AwsError {
  constructor(message: string) {
    super('ValidationException', 400, message)
  }
}

export class ObjectNotFound extends AwsError {
  constructor(message: string) {
    super('ObjectNotFoundException', 400, message)
  }
}

export class LimitExceeded extends AwsError {
  constructor(message: string) {
    super('LimitExceededException', 400, message)
  }
}

export class InvalidNextToken extends AwsError {
  constructor() {
    super('InvalidNextTokenException', 400, 'The next token supplied was invalid.')
  }
}

export class ResourceNotFound extends AwsError {
  constructor(arn: string) {
    super('ResourceNotFoundException', 400, `The specified resource does not exist: ${arn.slice(0, 200)}`)
  }
}
