import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: Systems Manager API Reference, the errors of each operation.

export class ParameterNotFound extends AwsError {
  constructor() {
    // SSM really has no text here.
    super('ParameterNotFound', 400, '')
  }
}

export class ParameterVersionNotFound extends AwsError {
  constructor(name: string, selector: string) {
    super(
      'ParameterVersionNotFound',
      400,
      `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
    )
  }
}

export class ParameterAlreadyExists extends AwsError {
  constructor() {
    super(
      'ParameterAlreadyExists',
      400,
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    )
  }
}

export class ParameterPatternMismatch extends AwsError {
  constructor() {
    const message =
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_'
    super('ValidationException', 400, message)
  }
}

export class HierarchyLevelLimitExceeded extends AwsError {
  constructor(most: number) {
    super('HierarchyLevelLimitExceededException', 400, `The parameter name has more than ${most} levels.`)
  }
}

export class InvalidParameter extends AwsError {
  constructor(message: string) {
    super('ValidationException', 400, message)
  }
}

export class InvalidNextToken extends AwsError {
  constructor() {
    super('InvalidNextToken', 400, 'The specified token is not valid.')
  }
}
