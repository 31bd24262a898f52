import { AwsError } from '../../gateway/errors.ts'
import type { Item } from './values/attribute-value.ts'

// One class per code. Source: DynamoDB API Reference, the errors of each operation; "Error handling with DynamoDB".

export class ValidationException extends AwsError {
  constructor(message: string) {
    super('ValidationException', 400, message)
  }

  /** A value that doesn't fit the table. */
  static ofParameters(message: string): ValidationException {
    return new ValidationException(`One or more parameter values were invalid: ${message}`)
  }
}

export class ResourceNotFoundException extends AwsError {
  constructor(message = 'Requested resource not found') {
    super('ResourceNotFoundException', 400, message)
  }

  static ofTable(name: string): ResourceNotFoundException {
    return new ResourceNotFoundException(`Requested resource not found: Table: ${name} not found`)
  }
}

export class ResourceInUseException extends AwsError {
  constructor(message: string) {
    super('ResourceInUseException', 400, message)
  }
}

export class LimitExceededException extends AwsError {
  constructor(message: string) {
    super('LimitExceededException', 400, message)
  }
}

export class ConditionalCheckFailedException extends AwsError {
  /** The item that the condition was tried on. */
  readonly before: Item | undefined

  /** @param told  the answer has the item, as `ReturnValuesOnConditionCheckFailure` of `ALL_OLD` asks */
  constructor(before: Item | undefined, told = false) {
    super('ConditionalCheckFailedException', 400, 'The conditional request failed', {
      ...(told && before && { further: { Item: before } }),
    })
    this.before = before
  }
}

/** The provisioned throughput of a table or of an index is used up. */
export class ProvisionedThroughputExceededException extends AwsError {
  constructor(what: 'table' | 'index') {
    const [whose, which] =
      what === 'table'
        ? ['the table', 'your provisioning level']
        : [
            'one or more global secondary indexes of the table',
            'your provisioning level for the under-provisioned global secondary indexes',
          ]
    super(
      'ProvisionedThroughputExceededException',
      400,
      `The level of configured provisioned throughput for ${whose} was exceeded. Consider increasing ${which} with the UpdateTable API.`,
    )
  }
}

/** A table on demand is asked for more than it may give. */
export class ThrottlingException extends AwsError {
  constructor(message: string) {
    super('ThrottlingException', 400, message)
  }
}

export class PolicyNotFoundException extends AwsError {
  constructor(arn: string) {
    super('PolicyNotFoundException', 400, `Resource-based policy not found for the provided ResourceArn: ${arn}`)
  }
}

/** Whether a call was refused because of too much load. */
export const isThrottled = (error: unknown): boolean =>
  error instanceof ProvisionedThroughputExceededException || error instanceof ThrottlingException
