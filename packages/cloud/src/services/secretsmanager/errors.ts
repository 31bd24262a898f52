import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: Secrets Manager API Reference, the errors of each operation.

export class ResourceNotFound extends AwsError {
  constructor(message = "Secrets Manager can't find the specified secret.") {
    super('ResourceNotFoundException', 400, message)
  }
}

export class InvalidParameter extends AwsError {
  constructor(message: string) {
    super('InvalidParameterException', 400, message)
  }
}

export class InvalidRequest extends AwsError {
  constructor(message: string) {
    super('InvalidRequestException', 400, message)
  }
}

export class ResourceExists extends AwsError {
  constructor(message: string) {
    super('ResourceExistsException', 400, message)
  }
}

export class InvalidNextToken extends AwsError {
  constructor() {
    super('InvalidNextTokenException', 400, 'The next token is invalid.')
  }
}
