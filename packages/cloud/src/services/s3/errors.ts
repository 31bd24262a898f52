import { AwsError } from '../../gateway/errors.ts'

// One class per code; texts from S3 API Reference "Error responses" and as commonly seen.

export class NoSuchBucket extends AwsError {
  constructor(name: string) {
    super('NoSuchBucket', 404, 'The specified bucket does not exist', { elements: { BucketName: name } })
  }
}

export class NoSuchKey extends AwsError {
  constructor(key: string, headers: Readonly<Record<string, string>> = {}) {
    super('NoSuchKey', 404, 'The specified key does not exist.', { elements: { Key: key }, headers })
  }
}

export class NoSuchUpload extends AwsError {
  constructor(uploadId: string) {
    const message =
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.'
    super('NoSuchUpload', 404, message, { elements: { UploadId: uploadId } })
  }
}

export class NoSuchBucketPolicy extends AwsError {
  constructor(name: string) {
    super('NoSuchBucketPolicy', 404, 'The bucket policy does not exist', { elements: { BucketName: name } })
  }
}

export class PreconditionFailed extends AwsError {
  constructor(condition: string) {
    super('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
      elements: { Condition: condition },
    })
  }
}

export class InvalidRange extends AwsError {
  constructor(range: string, size: number) {
    super('InvalidRange', 416, 'The requested range is not satisfiable', {
      elements: { RangeRequested: range, ActualObjectSize: String(size) },
      headers: { 'content-range': `bytes */${size}` },
    })
  }
}

export class InvalidArgument extends AwsError {
  constructor(message: string, name: string, value: string) {
    super('InvalidArgument', 400, message, { elements: { ArgumentName: name, ArgumentValue: value } })
  }
}

export class InvalidRequest extends AwsError {
  constructor(message: string) {
    super('InvalidRequest', 400, message)
  }
}

export class InvalidDigest extends AwsError {
  constructor(value: string) {
    super('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.', { elements: { 'Content-MD5': value } })
  }
}

/** The body is not what the client's digest or checksum says. */
export class BadDigest extends AwsError {
  constructor(what: string) {
    super('BadDigest', 400, `The ${what} you specified did not match what we received.`)
  }
}

export class ContentSha256Mismatch extends AwsError {
  constructor(claimed: string, computed: string) {
    super(
      'XAmzContentSHA256Mismatch',
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      {
        elements: { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed },
      },
    )
  }
}

export class IncompleteBody extends AwsError {
  constructor() {
    super('IncompleteBody', 400, 'The request body terminated unexpectedly')
  }
}

export class MissingContentLength extends AwsError {
  constructor() {
    super('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.')
  }
}

export class EntityTooLarge extends AwsError {
  constructor(largest: number) {
    super('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
      elements: { MaxSizeAllowed: String(largest) },
    })
  }
}

export class EntityTooSmall extends AwsError {
  constructor(partNumber: number, size: number, smallest: number) {
    super('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
      elements: { ProposedSize: String(size), MinSizeAllowed: String(smallest), PartNumber: String(partNumber) },
    })
  }
}

export class InvalidPart extends AwsError {
  constructor(partNumber: number) {
    const message =
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."
    super('InvalidPart', 400, message, { elements: { PartNumber: String(partNumber) } })
  }
}

export class InvalidPartOrder extends AwsError {
  constructor() {
    super(
      'InvalidPartOrder',
      400,
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    )
  }
}

export class InvalidPartNumber extends AwsError {
  constructor(partNumber: string) {
    super('InvalidPartNumber', 416, 'The requested partnumber is not satisfiable', {
      elements: { PartNumberRequested: partNumber },
    })
  }
}

export class KeyTooLong extends AwsError {
  constructor(size: number, largest: number) {
    super('KeyTooLongError', 400, 'Your key is too long', {
      elements: { Size: String(size), MaxSizeAllowed: String(largest) },
    })
  }
}

export class MetadataTooLarge extends AwsError {
  constructor(size: number, largest: number) {
    super('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size', {
      elements: { Size: String(size), MaxSizeAllowed: String(largest) },
    })
  }
}

export class MalformedXml extends AwsError {
  constructor(cause?: unknown) {
    const message = 'The XML you provided was not well-formed or did not validate against our published schema'
    super('MalformedXML', 400, message, { cause })
  }
}

export class AccessControlListNotSupported extends AwsError {
  constructor() {
    super('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs')
  }
}

export class InvalidTag extends AwsError {
  constructor(message: string, code: 'InvalidTag' | 'BadRequest' = 'InvalidTag') {
    super(code, 400, message)
  }
}

export class NoSuchVersion extends AwsError {
  constructor(key: string, versionId: string) {
    const elements = { Key: key, VersionId: versionId }
    super('NoSuchVersion', 404, 'The specified version does not exist.', { elements })
  }
}

/** A delete marker is asked for by its version: there is nothing to read. */
export class MarkerHasNoContent extends AwsError {
  constructor(method: string, headers: Readonly<Record<string, string>>) {
    super('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.', {
      elements: { Method: method, ResourceType: 'DeleteMarker' },
      headers: { ...headers, allow: 'DELETE', 'x-amz-delete-marker': 'true' },
    })
  }
}

/** The storage class has to be restored from before it can be read. */
export class InvalidObjectState extends AwsError {
  constructor(storageClass: string) {
    super('InvalidObjectState', 403, "The operation is not valid for the object's storage class", {
      elements: { StorageClass: storageClass },
    })
  }
}

export class InvalidStorageClass extends AwsError {
  constructor(storageClass: string) {
    super('InvalidStorageClass', 400, 'The storage class you specified is not valid', {
      elements: { StorageClassRequested: storageClass },
    })
  }
}

export class BucketNotEmpty extends AwsError {
  constructor(name: string) {
    super('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', { elements: { BucketName: name } })
  }
}

export class BucketAlreadyOwnedByYou extends AwsError {
  constructor(name: string) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.'
    super('BucketAlreadyOwnedByYou', 409, message, { elements: { BucketName: name } })
  }
}

export class InvalidBucketName extends AwsError {
  constructor(name: string) {
    super('InvalidBucketName', 400, 'The specified bucket is not valid.', { elements: { BucketName: name } })
  }
}

export class InvalidLocationConstraint extends AwsError {
  constructor(location: string) {
    super('InvalidLocationConstraint', 400, 'The specified location-constraint is not valid', {
      elements: { LocationConstraint: location },
    })
  }
}

export class IllegalLocationConstraint extends AwsError {
  constructor(location: string) {
    const message = `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`
    super('IllegalLocationConstraintException', 400, message)
  }
}

export class InvalidBucketAclWithObjectOwnership extends AwsError {
  constructor() {
    const message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    super('InvalidBucketAclWithObjectOwnership', 400, message)
  }
}

export class MalformedPolicy extends AwsError {
  constructor(message: string, detail?: string) {
    super('MalformedPolicy', 400, message, detail === undefined ? {} : { elements: { Detail: detail } })
  }
}

export class InvalidTargetBucketForLogging extends AwsError {
  constructor(bucket: string) {
    super('InvalidTargetBucketForLogging', 400, 'The target bucket for logging does not exist', {
      elements: { TargetBucket: bucket },
    })
  }
}

/** A browser's question whether a page may call. */
export class CorsForbidden extends AwsError {
  constructor(message: string, method: string) {
    super('AccessForbidden', 403, `CORSResponse: ${message}`, { elements: { Method: method, ResourceType: 'BUCKET' } })
  }
}

export class InsufficientCorsInformation extends AwsError {
  constructor(what: string) {
    super('BadRequest', 400, `Insufficient information. ${what} request header needed.`)
  }
}

/** A configuration that nobody has set, with the code that S3 has for it. */
export class NoConfiguration extends AwsError {
  constructor(code: string, message: string, bucket: string) {
    super(code, 404, message, { elements: { BucketName: bucket } })
  }
}

/** A queue doesn't exist, or its policy doesn't let S3 send to it. */
export class UnreachableDestination extends AwsError {
  constructor(arn: string, because: string) {
    super('InvalidArgument', 400, 'Unable to validate the following destination configurations', {
      elements: { ArgumentName1: arn, ArgumentValue1: because },
    })
  }
}

export class AmbiguousNotifications extends AwsError {
  constructor() {
    const message =
      'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.'
    super('InvalidArgument', 400, message)
  }
}
