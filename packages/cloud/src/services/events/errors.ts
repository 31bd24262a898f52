import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: EventBridge API Reference, the errors of each operation.

export class ValidationException extends AwsError {
  constructor(message: string) {
    super('ValidationException', 400, message)
  }

  /** `Parameter Source is not valid. Reason: …` */
  static of(parameter: string, reason: string): ValidationException {
    return new ValidationException(`Parameter ${parameter} is not valid. Reason: ${reason}`)
  }
}

export class ResourceNotFoundException extends AwsError {
  constructor(message: string) {
    super('ResourceNotFoundException', 400, message)
  }

  static bus(name: string): ResourceNotFoundException {
    return new ResourceNotFoundException(`Event bus ${name} does not exist.`)
  }

  static rule(name: string, bus: string): ResourceNotFoundException {
    return new ResourceNotFoundException(`Rule ${name} does not exist on EventBus ${bus}.`)
  }
}

export class ResourceAlreadyExistsException extends AwsError {
  constructor(bus: string) {
    super('ResourceAlreadyExistsException', 400, `Event bus ${bus} already exists.`)
  }
}

export class InvalidEventPatternException extends AwsError {
  constructor(reason: string) {
    super('InvalidEventPatternException', 400, `Event pattern is not valid. Reason: ${reason}`)
  }
}

export class LimitExceededException extends AwsError {
  constructor(what = 'The requested resource exceeds the maximum number allowed.') {
    super('LimitExceededException', 400, what)
  }
}

export class PolicyLengthExceededException extends AwsError {
  constructor(most: number) {
    super('PolicyLengthExceededException', 400, `The policy is longer than ${most} characters.`)
  }
}
