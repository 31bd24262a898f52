import { AwsError } from '../../gateway/errors.ts'

// One class per code. AWS X-Ray API Reference, "Errors" of each action.

export class InvalidRequestException extends AwsError {
  constructor(message: string) {
    super('InvalidRequestException', 400, message)
  }
}

export class ResourceNotFoundException extends AwsError {
  constructor(message: string) {
    super('ResourceNotFoundException', 404, message)
  }
}

export class RuleLimitExceededException extends AwsError {
  constructor(most: number) {
    super('RuleLimitExceededException', 400, `You have reached the maximum number of sampling rules: ${most}.`)
  }
}

export class TooManyTagsException extends AwsError {
  constructor(most: number) {
    super('TooManyTagsException', 400, `A resource can have at most ${most} tags.`)
  }
}
