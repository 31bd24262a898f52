import { AwsError } from '../../gateway/errors.ts'

// One class per code, with AWS's own words where it documents them.

export class ResourceNotFoundException extends AwsError {
  constructor(message: string) {
    super('ResourceNotFoundException', 404, message, { elements: { Type: 'User' } })
  }
}

export class ResourceConflictException extends AwsError {
  constructor(message: string) {
    super('ResourceConflictException', 409, message, { elements: { Type: 'User' } })
  }
}

export class ResourceInUseException extends AwsError {
  constructor(message: string) {
    super('ResourceInUseException', 400, message, { elements: { Type: 'User' } })
  }
}

export class InvalidParameterValueException extends AwsError {
  constructor(message: string) {
    super('InvalidParameterValueException', 400, message, { elements: { Type: 'User' } })
  }
}

export class InvalidRequestContentException extends AwsError {
  constructor(message: string) {
    super('InvalidRequestContentException', 400, message, { elements: { Type: 'User' } })
  }
}

export class RequestTooLargeException extends AwsError {
  constructor(message: string) {
    super('RequestTooLargeException', 413, message, { elements: { Type: 'User' } })
  }
}

export class PolicyLengthExceededException extends AwsError {
  constructor() {
    super('PolicyLengthExceededException', 400, 'The final policy size is bigger than the limit (20480).')
  }
}

export class PreconditionFailedException extends AwsError {
  constructor() {
    const message =
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id'
    super('PreconditionFailedException', 412, message, { elements: { Type: 'User' } })
  }
}

/** Why an invocation is throttled, as `Reason` says it. "Invoke", "TooManyRequestsException" */
export type ThrottleReason = 'ConcurrentInvocationLimitExceeded' | 'ReservedFunctionConcurrentInvocationLimitExceeded'

export class TooManyRequestsException extends AwsError {
  readonly reason: ThrottleReason

  constructor(reason: ThrottleReason) {
    super('TooManyRequestsException', 429, 'Rate Exceeded.', { elements: { Reason: reason, Type: 'User' } })
    this.reason = reason
  }
}

export class InvalidZipFileException extends AwsError {
  constructor() {
    const message = 'Could not unzip uploaded file. Please check your file, then try to upload again.'
    super('InvalidParameterValueException', 400, message, { elements: { Type: 'User' } })
  }
}
