import { AwsError } from '../../gateway/errors.ts'

// One class per code of version 2 of the API; `queryCode` is the one of version 1. Texts are AWS's own where it documents them.

export class BadRequestException extends AwsError {
  constructor(message: string) {
    super('BadRequestException', 400, message, { queryCode: 'InvalidParameterValue' })
  }
}

export class NotFoundException extends AwsError {
  constructor(message: string, queryCode = 'NotFoundException') {
    super('NotFoundException', 404, message, { queryCode })
  }
}

export class AlreadyExistsException extends AwsError {
  constructor(message: string) {
    super('AlreadyExistsException', 400, message)
  }
}

/** More of something than the account may have, or more mail than it may send in a day. */
export class LimitExceededException extends AwsError {
  constructor(message: string, queryCode = 'LimitExceeded') {
    super('LimitExceededException', 400, message, { queryCode })
  }
}

export class TooManyRequestsException extends AwsError {
  constructor(message = 'Maximum sending rate exceeded.') {
    super('TooManyRequestsException', 429, message, { queryCode: 'Throttling' })
  }
}

export class MessageRejected extends AwsError {
  constructor(message: string) {
    super('MessageRejected', 400, message)
  }

  /** @see Amazon SES Developer Guide "Amazon SES SMTP issues", "Email address is not verified" */
  static unverified(identities: readonly string[], region: string): MessageRejected {
    const which = `The following identities failed the check in region ${region.toUpperCase()}: ${identities.join(', ')}`
    return new MessageRejected(`Email address is not verified. ${which}`)
  }
}

export class SendingPausedException extends AwsError {
  constructor(message: string, queryCode = 'AccountSendingPausedException') {
    super('SendingPausedException', 400, message, { queryCode })
  }
}

/** What a drill answers for a while. */
export class ServiceUnavailable extends AwsError {
  constructor() {
    super('ServiceUnavailableException', 503, 'The service is temporarily unavailable. Try again later.')
  }
}

export const noIdentity = (identity: string) => new NotFoundException(`Email identity <${identity}> does not exist.`)
export const noTemplate = (name: string) =>
  new NotFoundException(`Template <${name}> does not exist.`, 'TemplateDoesNotExist')
export const noConfigurationSet = (name: string) =>
  new NotFoundException(`Configuration set <${name}> does not exist.`, 'ConfigurationSetDoesNotExist')
