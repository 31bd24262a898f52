import { AwsError } from '../../gateway/errors.ts'

// One class per code. Amazon SNS API Reference, "Errors" of each action.

export class NotFound extends AwsError {
  constructor(message: string) {
    super('NotFound', 404, message)
  }

  static topic(): NotFound {
    return new NotFound('Topic does not exist')
  }

  static subscription(): NotFound {
    return new NotFound('Subscription does not exist')
  }
}

export class InvalidParameter extends AwsError {
  /** @param what  the parameter, and why: `Subject`, `Attributes Reason: …` */
  constructor(what: string) {
    super('InvalidParameter', 400, `Invalid parameter: ${what}`)
  }
}

/** A value of the right form that can't be: of a message attribute. */
export class ParameterValueInvalid extends AwsError {
  constructor(message: string) {
    super('ParameterValueInvalid', 400, message)
  }
}

/** Not allowed: SNS's own code for it. */
export class AuthorizationError extends AwsError {
  constructor(message: string) {
    super('AuthorizationError', 403, message)
  }
}

export class TopicLimitExceeded extends AwsError {
  constructor(most: number) {
    super('TopicLimitExceeded', 403, `You have reached the limit of ${most} topics.`)
  }
}

export class SubscriptionLimitExceeded extends AwsError {
  constructor(most: number) {
    super('SubscriptionLimitExceeded', 403, `You have reached the limit of ${most} subscriptions for this topic.`)
  }
}

export class FilterPolicyLimitExceeded extends AwsError {
  constructor(most: number) {
    super('FilterPolicyLimitExceeded', 403, `You have reached the limit of ${most} filter policies for this topic.`)
  }
}

/** Tags of what isn't there. */
export class ResourceNotFound extends AwsError {
  constructor() {
    super('ResourceNotFound', 404, 'Resource does not exist')
  }
}

export class TagLimitExceeded extends AwsError {
  constructor() {
    super('TagLimitExceeded', 400, 'Could not complete request: tag quota of per resource exceeded')
  }
}

export class EmptyBatchRequest extends AwsError {
  constructor() {
    super('EmptyBatchRequest', 400, "The batch request doesn't contain any entries.")
  }
}

export class TooManyEntriesInBatchRequest extends AwsError {
  constructor() {
    super('TooManyEntriesInBatchRequest', 400, 'The batch request contains more entries than permissible.')
  }
}

export class BatchEntryIdsNotDistinct extends AwsError {
  constructor() {
    super('BatchEntryIdsNotDistinct', 400, 'Two or more batch entries in the request have the same Id.')
  }
}

export class InvalidBatchEntryId extends AwsError {
  constructor() {
    super('InvalidBatchEntryId', 400, "The Id of a batch entry in a batch request doesn't abide by the specification.")
  }
}

export class BatchRequestTooLong extends AwsError {
  constructor() {
    super('BatchRequestTooLong', 400, 'The length of all the messages put together is more than the limit.')
  }
}

const KMS_CODES: Readonly<Record<string, string>> = {
  AccessDenied: 'KMSAccessDenied',
  DisabledException: 'KMSDisabled',
  KMSInvalidStateException: 'KMSInvalidState',
  NotFoundException: 'KMSNotFound',
}

/** What KMS has refused to SNS, as SNS says it. */
export class KmsRefusal extends AwsError {
  constructor(cause: AwsError) {
    super(KMS_CODES[cause.code] ?? 'KMSAccessDenied', 400, cause.message, { cause })
  }
}
