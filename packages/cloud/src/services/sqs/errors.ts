import { AwsError } from '../../gateway/errors.ts'

// One class per code. JSON has the name, the Query protocol and the header field `x-amzn-query-error` the older code of it.
// Amazon SQS API Reference, "Errors" of each action.

const OLD = 'AWS.SimpleQueueService'

export class QueueDoesNotExist extends AwsError {
  constructor() {
    super('QueueDoesNotExist', 400, 'The specified queue does not exist.', { queryCode: `${OLD}.NonExistentQueue` })
  }
}

export class QueueNameExists extends AwsError {
  constructor(attribute: string) {
    const message = `A queue already exists with the same name and a different value for attribute ${attribute}`
    super('QueueNameExists', 400, message, { queryCode: 'QueueAlreadyExists' })
  }
}

export class QueueDeletedRecently extends AwsError {
  constructor() {
    const message = 'You must wait 60 seconds after deleting a queue before you can create another with the same name.'
    super('QueueDeletedRecently', 400, message, { queryCode: `${OLD}.QueueDeletedRecently` })
  }
}

export class PurgeQueueInProgress extends AwsError {
  constructor(name: string) {
    const message = `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`
    super('PurgeQueueInProgress', 403, message, { queryCode: `${OLD}.PurgeQueueInProgress` })
  }
}

export class ReceiptHandleIsInvalid extends AwsError {
  constructor(handle: string) {
    super(
      'ReceiptHandleIsInvalid',
      404,
      `The input receipt handle "${handle.slice(0, 200)}" is not a valid receipt handle.`,
    )
  }
}

export class MessageNotInflight extends AwsError {
  constructor() {
    super('MessageNotInflight', 400, 'The message referred to is not in flight.', {
      queryCode: `${OLD}.MessageNotInflight`,
    })
  }
}

export class OverLimit extends AwsError {
  constructor(message: string) {
    super('OverLimit', 403, message)
  }
}

export class InvalidMessageContents extends AwsError {
  constructor() {
    super('InvalidMessageContents', 400, 'The message contains characters outside the allowed set.')
  }
}

export class InvalidAttributeName extends AwsError {
  constructor(name: string) {
    super('InvalidAttributeName', 400, `Unknown Attribute ${name}.`)
  }
}

export class InvalidAttributeValue extends AwsError {
  constructor(name: string) {
    super('InvalidAttributeValue', 400, `Invalid value for the parameter ${name}.`)
  }
}

export class InvalidParameterValue extends AwsError {
  constructor(message: string) {
    super('InvalidParameterValueException', 400, message, { queryCode: 'InvalidParameterValue' })
  }

  /** `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …` */
  static of(value: string | number, parameter: string, reason: string): InvalidParameterValue {
    return new InvalidParameterValue(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`)
  }
}

export class MissingParameter extends AwsError {
  constructor(parameter: string) {
    super('MissingRequiredParameterException', 400, `The request must contain the parameter ${parameter}.`, {
      queryCode: 'MissingParameter',
    })
  }
}

export class UnsupportedOperation extends AwsError {
  constructor(message: string) {
    super('UnsupportedOperation', 400, message, { queryCode: `${OLD}.UnsupportedOperation` })
  }
}

export class ResourceNotFound extends AwsError {
  constructor(message: string) {
    super('ResourceNotFoundException', 404, message)
  }
}

export class EmptyBatchRequest extends AwsError {
  constructor(entry: string) {
    super('EmptyBatchRequest', 400, `There should be at least one ${entry} in the request.`, {
      queryCode: `${OLD}.EmptyBatchRequest`,
    })
  }
}

export class TooManyEntriesInBatchRequest extends AwsError {
  constructor(most: number, sent: number) {
    const message = `Maximum number of entries per request are ${most}. You have sent ${sent}.`
    super('TooManyEntriesInBatchRequest', 400, message, { queryCode: `${OLD}.TooManyEntriesInBatchRequest` })
  }
}

export class BatchEntryIdsNotDistinct extends AwsError {
  constructor(id: string) {
    super('BatchEntryIdsNotDistinct', 400, `Id ${id} repeated.`, { queryCode: `${OLD}.BatchEntryIdsNotDistinct` })
  }
}

export class InvalidBatchEntryId extends AwsError {
  constructor() {
    const message =
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.'
    super('InvalidBatchEntryId', 400, message, { queryCode: `${OLD}.InvalidBatchEntryId` })
  }
}

export class BatchRequestTooLong extends AwsError {
  constructor(most: number, sent: number) {
    const message = `Batch requests cannot be longer than ${most} bytes. You have sent ${sent} bytes.`
    super('BatchRequestTooLong', 400, message, { queryCode: `${OLD}.BatchRequestTooLong` })
  }
}
