import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: WAFV2 API Reference, the errors of each operation.

export class WAFNonexistentItemException extends AwsError {
  constructor(message = 'AWS WAF couldn’t perform the operation because your resource doesn’t exist.') {
    super('WAFNonexistentItemException', 400, message)
  }
}

export class WAFDuplicateItemException extends AwsError {
  constructor(
    message = 'AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.',
  ) {
    super('WAFDuplicateItemException', 400, message)
  }
}

export class WAFOptimisticLockException extends AwsError {
  constructor() {
    super(
      'WAFOptimisticLockException',
      400,
      'AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. Reapply your changes.',
    )
  }
}

export class WAFAssociatedItemException extends AwsError {
  constructor() {
    super(
      'WAFAssociatedItemException',
      400,
      'AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.',
    )
  }
}

export class WAFInvalidParameterException extends AwsError {
  constructor(field: string, parameter: string, because: string) {
    super('WAFInvalidParameterException', 400, `Error reason: ${because}, field: ${field}, parameter: ${parameter}`)
  }
}

export class WAFLimitsExceededException extends AwsError {
  constructor(message: string) {
    super('WAFLimitsExceededException', 400, message)
  }
}

export class WAFLogDestinationPermissionIssueException extends AwsError {
  constructor(message: string) {
    super('WAFLogDestinationPermissionIssueException', 400, message)
  }
}
