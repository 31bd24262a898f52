import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: ECS API Reference, the errors of each operation.

export class ClientException extends AwsError {
  constructor(message: string) {
    super('ClientException', 400, message)
  }
}

export class InvalidParameter extends AwsError {
  constructor(message: string) {
    super('InvalidParameterException', 400, message)
  }
}

export class ClusterNotFound extends AwsError {
  constructor() {
    super('ClusterNotFoundException', 400, 'Cluster not found.')
  }
}

export class ClusterContainsServices extends AwsError {
  constructor() {
    super('ClusterContainsServicesException', 400, 'The Cluster cannot be deleted while Services are active.')
  }
}

export class ClusterContainsTasks extends AwsError {
  constructor() {
    super('ClusterContainsTasksException', 400, 'The Cluster cannot be deleted while Tasks are active.')
  }
}

export class ServiceNotFound extends AwsError {
  constructor() {
    super('ServiceNotFoundException', 400, 'Service not found.')
  }
}

export class ServiceNotActive extends AwsError {
  constructor() {
    super('ServiceNotActiveException', 400, 'Service was not ACTIVE.')
  }
}

export class ResourceNotFound extends AwsError {
  constructor(arn: string) {
    super('ResourceNotFoundException', 400, `The specified resource is not found: ${arn}`)
  }
}

export class Conflict extends AwsError {
  constructor(operation: string) {
    super(
      'ConflictException',
      400,
      `The ${operation} request could not be processed due to conflicts. The provided clientToken is already in use with a different ${operation} request.`,
    )
  }
}
