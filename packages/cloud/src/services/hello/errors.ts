import { AwsError } from '../../gateway/errors.ts'

// One class per code, with AWS's own words where AWS has them. What breaks the shape of an input, what isn't allowed and
// what isn't emulated is answered by the gateway: nothing of that is here.

export class ResourceNotFoundException extends AwsError {
  constructor(name: string) {
    super('ResourceNotFoundException', 400, `The greeting ${name} does not exist.`)
  }
}

export class ServiceQuotaExceededException extends AwsError {
  constructor(most: number) {
    super('ServiceQuotaExceededException', 400, `The account already has ${most} greetings, which is the quota.`)
  }
}

export class InvalidNextTokenException extends AwsError {
  constructor() {
    super('InvalidNextTokenException', 400, 'The specified NextToken is not valid.')
  }
}
