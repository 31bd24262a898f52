import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: AWS KMS API Reference, the errors of each operation, "Common errors".

export class NotFoundException extends AwsError {
  constructor(message: string) {
    super('NotFoundException', 400, message)
  }
}

export class DisabledException extends AwsError {
  constructor(arn: string) {
    super('DisabledException', 400, `${arn} is disabled.`)
  }
}

export class KMSInvalidStateException extends AwsError {
  constructor(message: string) {
    super('KMSInvalidStateException', 400, message)
  }
}

export class InvalidCiphertextException extends AwsError {
  constructor() {
    super(
      'InvalidCiphertextException',
      400,
      'The ciphertext is damaged, or was not made with this key and this encryption context.',
    )
  }
}

export class IncorrectKeyException extends AwsError {
  constructor() {
    super(
      'IncorrectKeyException',
      400,
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  }
}

export class InvalidKeyUsageException extends AwsError {
  constructor(message: string) {
    super('InvalidKeyUsageException', 400, message)
  }
}

export class AlreadyExistsException extends AwsError {
  constructor(message: string) {
    super('AlreadyExistsException', 400, message)
  }
}

export class InvalidAliasNameException extends AwsError {
  constructor(message: string) {
    super('InvalidAliasNameException', 400, message)
  }
}

export class InvalidArnException extends AwsError {
  constructor(message: string) {
    super('InvalidArnException', 400, message)
  }
}

export class InvalidGrantIdException extends AwsError {
  constructor(id: string) {
    super('InvalidGrantIdException', 400, `Grant ID ${id} is not valid.`)
  }
}

export class InvalidGrantTokenException extends AwsError {
  constructor() {
    super('InvalidGrantTokenException', 400, 'The grant token is not valid.')
  }
}

export class InvalidMarkerException extends AwsError {
  constructor() {
    super('InvalidMarkerException', 400, 'Could not deserialize the marker.')
  }
}

export class KMSInvalidMacException extends AwsError {
  constructor() {
    super('KMSInvalidMacException', 400, 'The code was not made from this message with this key.')
  }
}

export class KMSInvalidSignatureException extends AwsError {
  constructor() {
    super('KMSInvalidSignatureException', 400, 'The signature was not made from this message with this key.')
  }
}

export class LimitExceededException extends AwsError {
  constructor(message: string) {
    super('LimitExceededException', 400, message)
  }
}

export class MalformedPolicyDocumentException extends AwsError {
  constructor(message: string) {
    super('MalformedPolicyDocumentException', 400, message)
  }
}

export class TagException extends AwsError {
  constructor(message: string) {
    super('TagException', 400, message)
  }
}

export class UnsupportedOperationException extends AwsError {
  constructor(message: string) {
    super('UnsupportedOperationException', 400, message)
  }
}

export class DryRunOperationException extends AwsError {
  constructor() {
    super('DryRunOperationException', 400, 'The request would have succeeded, but the DryRun option is set.')
  }
}

export class ValidationException extends AwsError {
  constructor(message: string) {
    super('ValidationException', 400, message)
  }
}
