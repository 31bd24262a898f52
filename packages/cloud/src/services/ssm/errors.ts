import { AwsError } from '../../gateway/errors.ts'
import { MOST_LABELS, MOST_TAGS, MOST_VERSIONS } from './limits.ts'

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

/** The value breaks the pattern that the parameter allows. */
export class ParameterPatternMismatchException extends AwsError {
  constructor(pattern: string) {
    super(
      'ParameterPatternMismatchException',
      400,
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    )
  }
}

export class InvalidAllowedPatternException extends AwsError {
  constructor() {
    super('InvalidAllowedPatternException', 400, 'The request does not meet the regular expression requirement.')
  }
}

export class HierarchyLevelLimitExceeded extends AwsError {
  constructor(most: number) {
    super('HierarchyLevelLimitExceededException', 400, `The parameter name has more than ${most} levels.`)
  }
}

export class HierarchyTypeMismatch extends AwsError {
  constructor() {
    super(
      'HierarchyTypeMismatchException',
      400,
      "Parameter Store does not support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    )
  }
}

export class ParameterMaxVersionLimitExceeded extends AwsError {
  constructor(name: string, version: number) {
    super(
      'ParameterMaxVersionLimitExceeded',
      400,
      `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again. (At most ${MOST_VERSIONS} versions are kept.)`,
    )
  }
}

export class ParameterVersionLabelLimitExceeded extends AwsError {
  constructor() {
    super(
      'ParameterVersionLabelLimitExceeded',
      400,
      `A parameter version can have maximum ${MOST_LABELS} labels. Move one or more labels to another version and try again.`,
    )
  }
}

export class InvalidKeyId extends AwsError {
  constructor(message: string) {
    super('InvalidKeyId', 400, message)
  }
}

export class InvalidFilterKey extends AwsError {
  constructor(key: string, allowed: readonly string[]) {
    super(
      'InvalidFilterKey',
      400,
      `The following filter key is not valid: ${key}. Valid filter keys include: [${allowed.join(', ')}].`,
    )
  }
}

export class InvalidFilterOption extends AwsError {
  constructor(option: string, allowed: readonly string[]) {
    super(
      'InvalidFilterOption',
      400,
      `The following filter option is not valid: ${option}. Valid options include: [${allowed.join(', ')}].`,
    )
  }
}

export class InvalidResourceId extends AwsError {
  constructor() {
    super(
      'InvalidResourceId',
      400,
      'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    )
  }
}

export class TooManyTagsError extends AwsError {
  constructor() {
    super('TooManyTagsError', 400, `The resource has more than ${MOST_TAGS} tags.`)
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

export class InvalidInstanceId extends AwsError {
  constructor() {
    super('InvalidInstanceId', 400, 'Instances not in a valid state for account')
  }
}

export class InvalidDocument extends AwsError {
  constructor(name: string) {
    super('InvalidDocument', 400, `Document with name ${name} does not exist.`)
  }
}

export class InvalidParameters extends AwsError {
  constructor(message: string) {
    super('InvalidParameters', 400, message)
  }
}

export class InvalidCommandId extends AwsError {
  constructor() {
    super('InvalidCommandId', 400, '')
  }
}

export class InvocationDoesNotExist extends AwsError {
  constructor() {
    super('InvocationDoesNotExist', 400, '')
  }
}

export class InvalidPluginName extends AwsError {
  constructor() {
    super('InvalidPluginName', 400, '')
  }
}

export class TargetNotConnected extends AwsError {
  constructor(target: string) {
    super('TargetNotConnected', 400, `${target} is not connected.`)
  }
}

export class SessionDoesNotExist extends AwsError {
  constructor(id: string) {
    super('DoesNotExistException', 400, `Session ${id} does not exist.`)
  }
}
