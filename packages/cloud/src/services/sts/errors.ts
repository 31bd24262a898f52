import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: STS API Reference, the errors of each operation.

export class MalformedPolicyDocument extends AwsError {
  constructor(message: string) {
    super('MalformedPolicyDocument', 400, message)
  }
}

export class PackedPolicyTooLarge extends AwsError {
  constructor(length: number, longest: number) {
    super('PackedPolicyTooLarge', 400, `The session policy has ${length} characters; ${longest} are allowed.`)
  }
}

export class ValidationError extends AwsError {
  constructor(message: string) {
    super('ValidationError', 400, message)
  }
}
