/** What an error response carries beside its code and message: further elements of the XML answer, header fields. */
export interface AwsErrorDetails {
  /** Elements of S3's `<Error>`, in this order: `Key`, `BucketName`, `Condition`. Other protocols leave them out. */
  readonly elements?: Readonly<Record<string, string>>
  /** Members beside code and message in the JSON protocols: `Item` of DynamoDB. */
  readonly further?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** Its code in the Query protocol, where that isn't the one of JSON and CBOR: CloudWatch, SQS. */
  readonly queryCode?: string
  readonly cause?: unknown
}

/**
 * An error as AWS answers it: its code, its HTTP status and AWS's own message. State and operations throw it; only the
 * protocol layer turns it into XML or JSON. Services derive one class per code in their `errors.ts`.
 */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  readonly elements: Readonly<Record<string, string>>
  readonly further: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly queryCode: string

  constructor(code: string, status: number, message: string, details: AwsErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = code
    this.code = code
    this.status = status
    this.elements = details.elements ?? {}
    this.further = details.further ?? {}
    this.headers = details.headers ?? {}
    this.queryCode = details.queryCode ?? code
  }
}

/** What every service can answer, whatever its protocol; each protocol has its own code and status for it. */
export type CommonFailure =
  | 'accessDenied'
  | 'badSignature'
  | 'expiredToken'
  | 'incompleteSignature'
  | 'internal'
  | 'invalidInput'
  | 'invalidToken'
  | 'malformedBody'
  | 'missingToken'
  | 'skewed'
  | 'tooLarge'
  | 'unknownKey'
  | 'unknownOperation'
  | 'wrongRegion'

/** A failure that all services share; the protocol that answers chooses its code and status. */
export class CommonError extends AwsError {
  readonly failure: CommonFailure

  constructor(failure: CommonFailure, message: string, details: AwsErrorDetails = {}) {
    const shape = XML_NAMES[failure]
    super(shape.code, shape.status, message, details)
    this.failure = failure
  }
}

/** The call is not allowed: by an explicit deny, or because nothing allows it. */
export class AccessDenied extends CommonError {
  constructor(message = 'Access Denied') {
    super('accessDenied', message)
  }
}

/** One member of an input that doesn't fit the operation's shape. */
export interface InvalidMember {
  readonly kind: 'missing' | 'malformed' | 'invalid'
  /** As it is called on the wire: `Tags.1.Key`. */
  readonly parameter: string
  /** As AWS's validation calls it: `tags.1.member.key`. */
  readonly at: string
  /** What was sent; absent for what is sensitive, or no plain value. */
  readonly value: string | undefined
  /** `Member must not be null` */
  readonly constraint: string
}

/** The input breaks the constraints of the operation's shape. */
export class InvalidInput extends CommonError {
  readonly members: readonly InvalidMember[]

  constructor(members: readonly InvalidMember[]) {
    const count = members.length === 1 ? '1 validation error' : `${members.length} validation errors`
    super('invalidInput', `${count} detected: ${members.map(sentenceOf).join('; ')}`)
    this.members = members
  }

  /** The same with a service's own code. */
  as(code: string): AwsError {
    return new AwsError(code, 400, this.message, { cause: this })
  }
}

function sentenceOf({ kind, value, at, constraint }: InvalidMember): string {
  const what = kind === 'missing' ? 'Value null' : value === undefined ? 'Value' : `Value '${value}'`
  return `${what} at '${at}' failed to satisfy constraint: ${constraint}`
}

/** A member is of another type than the shape says: a text where a number belongs. */
export class MalformedMember extends CommonError {
  readonly member: InvalidMember

  constructor(member: InvalidMember) {
    super('malformedBody', `${member.constraint} (${member.parameter || 'input'})`)
    this.member = member
  }
}

/** AWS has it, the local cloud doesn't: said by name, never answered with a silent success. */
export class NotEmulated extends CommonError {
  constructor(what: string, because?: string) {
    const reason = because === undefined ? '' : `: ${because}`
    super('unknownOperation', `${what} is not emulated by the local cloud${reason}; docs/coverage.md lists what is`)
  }
}

/** An error name and an HTTP status. */
export interface ErrorShape {
  readonly code: string
  readonly status: number
}

/** Codes of the Query protocol and of S3. Source: "Common Errors" of the API references. */
export const XML_NAMES: Readonly<Record<CommonFailure, ErrorShape>> = {
  accessDenied: { code: 'AccessDenied', status: 403 },
  internal: { code: 'InternalFailure', status: 500 },
  invalidInput: { code: 'ValidationError', status: 400 },
  malformedBody: { code: 'MalformedInput', status: 400 },
  missingToken: { code: 'MissingAuthenticationToken', status: 403 },
  unknownKey: { code: 'InvalidClientTokenId', status: 403 },
  unknownOperation: { code: 'InvalidAction', status: 400 },
  wrongRegion: { code: 'SignatureDoesNotMatch', status: 403 },
  badSignature: { code: 'SignatureDoesNotMatch', status: 403 },
  expiredToken: { code: 'ExpiredToken', status: 403 },
  incompleteSignature: { code: 'IncompleteSignature', status: 400 },
  invalidToken: { code: 'InvalidClientTokenId', status: 403 },
  skewed: { code: 'SignatureDoesNotMatch', status: 403 },
  tooLarge: { code: 'RequestEntityTooLarge', status: 413 },
}

/** Codes of EC2. Source: EC2 API Reference "Error codes for the Amazon EC2 API". */
export const EC2_NAMES: Readonly<Record<CommonFailure, ErrorShape>> = {
  ...XML_NAMES,
  accessDenied: { code: 'UnauthorizedOperation', status: 403 },
  internal: { code: 'InternalError', status: 500 },
  invalidInput: { code: 'InvalidParameterValue', status: 400 },
  unknownKey: { code: 'AuthFailure', status: 401 },
  expiredToken: { code: 'RequestExpired', status: 400 },
  invalidToken: { code: 'AuthFailure', status: 401 },
  skewed: { code: 'RequestExpired', status: 400 },
}

/** Codes of the JSON protocols. Source: "Common Errors" of the API references. */
export const JSON_NAMES: Readonly<Record<CommonFailure, ErrorShape>> = {
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  internal: { code: 'InternalFailure', status: 500 },
  invalidInput: { code: 'ValidationException', status: 400 },
  malformedBody: { code: 'SerializationException', status: 400 },
  missingToken: { code: 'MissingAuthenticationTokenException', status: 400 },
  unknownKey: { code: 'UnrecognizedClientException', status: 400 },
  unknownOperation: { code: 'UnknownOperationException', status: 400 },
  wrongRegion: { code: 'InvalidSignatureException', status: 400 },
  badSignature: { code: 'InvalidSignatureException', status: 400 },
  expiredToken: { code: 'ExpiredTokenException', status: 400 },
  incompleteSignature: { code: 'IncompleteSignatureException', status: 400 },
  invalidToken: { code: 'UnrecognizedClientException', status: 400 },
  skewed: { code: 'InvalidSignatureException', status: 400 },
  tooLarge: { code: 'RequestEntityTooLargeException', status: 413 },
}

/** The code and status of an error in a protocol with these names; any other failure of ours is an internal one. */
export function shapeOf(error: AwsError, names: Readonly<Record<CommonFailure, ErrorShape>>): ErrorShape {
  return error instanceof CommonError ? names[error.failure] : error
}
