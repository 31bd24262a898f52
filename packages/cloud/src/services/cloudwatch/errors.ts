import { AwsError } from '../../gateway/errors.ts'

// One class per code, with the name that the Query protocol has for it. Source: CloudWatch API Reference, the errors of each
// operation.

export class InvalidParameterValue extends AwsError {
  constructor(message: string) {
    super('InvalidParameterValueException', 400, message, { queryCode: 'InvalidParameterValue' })
  }
}

export class InvalidParameterCombination extends AwsError {
  constructor(message: string) {
    super('InvalidParameterCombinationException', 400, message, { queryCode: 'InvalidParameterCombination' })
  }
}

export class MissingRequiredParameter extends AwsError {
  constructor(message: string) {
    super('MissingRequiredParameterException', 400, message, { queryCode: 'MissingParameter' })
  }
}

/** What PutMetricAlarm and its relatives answer to input that fits no other code. */
export class ValidationError extends AwsError {
  constructor(message: string) {
    super('ValidationError', 400, message)
  }
}

export class AlarmNotFound extends AwsError {
  constructor() {
    super('ResourceNotFound', 404, 'Unknown alarm')
  }
}

export class ResourceNotFound extends AwsError {
  constructor(arn: string) {
    super('ResourceNotFoundException', 404, `The named resource does not exist: ${arn}`)
  }
}

export class InvalidFormat extends AwsError {
  constructor(message: string) {
    super('InvalidFormatFault', 400, message, { queryCode: 'InvalidFormat' })
  }
}

export class InvalidNextToken extends AwsError {
  constructor() {
    super('InvalidNextToken', 400, 'The next token specified is invalid.')
  }
}

export class LimitExceeded extends AwsError {
  constructor(message: string) {
    super('LimitExceededFault', 400, message, { queryCode: 'LimitExceeded' })
  }
}

export class DashboardNotFound extends AwsError {
  constructor(name: string) {
    super('DashboardNotFoundError', 404, `Dashboard ${name} does not exist`, { queryCode: 'ResourceNotFound' })
  }
}

export class DashboardInvalidInput extends AwsError {
  constructor(message: string) {
    super('DashboardInvalidInputError', 400, message, { queryCode: 'InvalidParameterInput' })
  }
}
