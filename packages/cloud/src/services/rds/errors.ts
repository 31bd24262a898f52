import { AwsError } from '../../gateway/errors.ts'

/** RDS API Reference, "DescribeDBInstances": DBInstanceNotFound, HTTP 404. */
export class DbInstanceNotFound extends AwsError {
  constructor(identifier: string) {
    super('DBInstanceNotFound', 404, `DBInstance ${identifier} not found.`)
  }
}

/** RDS API Reference, "Common Errors": InvalidParameterValue, HTTP 400. */
export class InvalidParameterValue extends AwsError {
  constructor(message: string) {
    super('InvalidParameterValue', 400, message)
  }
}
