import { AwsError } from '../../gateway/errors.ts'

// @see Amazon ECR API Reference, "BatchGetImage", "GetDownloadUrlForLayer": Errors

export class RepositoryNotFoundException extends AwsError {
  constructor(name: string, registry: string) {
    super(
      'RepositoryNotFoundException',
      400,
      `The repository with name '${name}' does not exist in the registry with id '${registry}'`,
    )
  }
}

export class ImageNotFoundException extends AwsError {
  constructor(name: string, registry: string, what: string) {
    super(
      'ImageNotFoundException',
      400,
      `The image with imageId {${what}} does not exist within the repository with name '${name}' in the registry with id '${registry}'`,
    )
  }
}

export class LayersNotFoundException extends AwsError {
  constructor(digest: string, name: string, registry: string) {
    super(
      'LayersNotFoundException',
      400,
      `The layer with digest '${digest}' does not exist in the repository with name '${name}' in the registry with id '${registry}'`,
    )
  }
}

export class InvalidParameterException extends AwsError {
  constructor(message: string) {
    super('InvalidParameterException', 400, message)
  }
}
