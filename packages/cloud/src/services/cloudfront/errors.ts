import { AwsError } from '../../gateway/errors.ts'

// One class per code. Source: CloudFront API Reference, the errors of each operation.

export class NoSuchDistribution extends AwsError {
  constructor() {
    super('NoSuchDistribution', 404, 'The specified distribution does not exist.')
  }
}

export class NoSuchInvalidation extends AwsError {
  constructor() {
    super('NoSuchInvalidation', 404, 'The specified invalidation does not exist.')
  }
}

export class NoSuchCachePolicy extends AwsError {
  constructor() {
    super('NoSuchCachePolicy', 404, 'The cache policy does not exist.')
  }
}

export class NoSuchOriginRequestPolicy extends AwsError {
  constructor() {
    super('NoSuchOriginRequestPolicy', 404, 'The origin request policy does not exist.')
  }
}

export class NoSuchResponseHeadersPolicy extends AwsError {
  constructor() {
    super('NoSuchResponseHeadersPolicy', 404, 'The response headers policy does not exist.')
  }
}

export class NoSuchResource extends AwsError {
  constructor() {
    super('NoSuchResource', 404, 'The specified resource does not exist.')
  }
}

export class InvalidArgument extends AwsError {
  constructor(message: string) {
    super('InvalidArgument', 400, message)
  }
}

export class InconsistentQuantities extends AwsError {
  constructor() {
    super('InconsistentQuantities', 400, "The value of Quantity and the size of Items don't match.")
  }
}

export class BatchTooLarge extends AwsError {
  constructor() {
    super('BatchTooLarge', 413, 'Invalidation batch specified is too large.')
  }
}

export class TooManyInvalidationsInProgress extends AwsError {
  constructor() {
    super(
      'TooManyInvalidationsInProgress',
      400,
      'You have exceeded the maximum number of allowable InProgress invalidation requests.',
    )
  }
}

export class InvalidationBatchAlreadyExists extends AwsError {
  constructor() {
    super(
      'InvalidationBatchAlreadyExists',
      409,
      'There is an invalidation batch with this caller reference and other paths.',
    )
  }
}
