import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: CloudWatch Logs API Reference, the errors of each operation.

export class InvalidParameter extends AwsError {
  constructor(message: string) {
    super('InvalidParameterException', 400, message)
  }
}

export class ResourceNotFound extends AwsError {
  constructor(what: 'log group' | 'log stream' | 'metric filter' | 'subscription filter' | 'resource') {
    super('ResourceNotFoundException', 400, `The specified ${what} does not exist.`)
  }
}

export class ResourceAlreadyExists extends AwsError {
  constructor(what: 'log group' | 'log stream') {
    super('ResourceAlreadyExistsException', 400, `The specified ${what} already exists`)
  }
}

export class LimitExceeded extends AwsError {
  constructor(message: string) {
    super('LimitExceededException', 400, message)
  }
}

export class TooManyTags extends AwsError {
  constructor(most: number) {
    super('TooManyTagsException', 400, `A resource can't have more than ${most} tags.`)
  }
}
