import { AwsError } from '../../gateway/errors.ts'

/** No certificate has that ARN. */
export class ResourceNotFound extends AwsError {
  constructor(arn: string, account: string) {
    super('ResourceNotFoundException', 400, `Could not find certificate ${arn} in account ${account}.`)
  }
}

/** A parameter has a value that it can't have. */
export class InvalidArgs extends AwsError {
  constructor(message: string) {
    super('InvalidArgsException', 400, message)
  }
}
