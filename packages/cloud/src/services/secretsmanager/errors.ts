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

export class LimitExceeded extends AwsError {
  constructor(message: string) {
    super('LimitExceededException', 400, message)
  }
}

export class MalformedPolicyDocument extends AwsError {
  constructor(message: string) {
    super('MalformedPolicyDocumentException', 400, message)
  }
}

export class PublicPolicy extends AwsError {
  constructor() {
    super('PublicPolicyException', 400, 'You must not allow public access to your secret.')
  }
}

export class EncryptionFailure extends AwsError {
  constructor(cause: unknown) {
    super(
      'EncryptionFailure',
      400,
      "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
      { cause },
    )
  }
}

export class DecryptionFailure extends AwsError {
  constructor(cause?: unknown) {
    super(
      'DecryptionFailure',
      400,
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      { cause },
    )
  }
}
