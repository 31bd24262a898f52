import { type AwsError, CommonError, type CommonFailure, type ErrorShape, shapeOf, XML_NAMES } from '../errors.ts'
import { writeXml } from '../xml.ts'
import type { WireAnswer } from './codec.ts'

/** S3's codes. Source: S3 API Reference "Error responses". */
const S3_NAMES: Readonly<Record<CommonFailure, ErrorShape>> = {
  ...XML_NAMES,
  expiredToken: { code: 'ExpiredToken', status: 400 },
  incompleteSignature: { code: 'AuthorizationHeaderMalformed', status: 400 },
  internal: { code: 'InternalError', status: 500 },
  invalidInput: { code: 'InvalidArgument', status: 400 },
  invalidToken: { code: 'InvalidToken', status: 400 },
  malformedBody: { code: 'MalformedXML', status: 400 },
  missingToken: { code: 'AccessDenied', status: 403 },
  skewed: { code: 'RequestTimeTooSkewed', status: 403 },
  unknownKey: { code: 'InvalidAccessKeyId', status: 403 },
  unknownOperation: { code: 'NotImplemented', status: 501 },
  wrongRegion: { code: 'AuthorizationHeaderMalformed', status: 400 },
}

/** An error of S3: `<Error>` without a wrapper and without a namespace. */
export function s3Failure(error: AwsError, requestId: string): WireAnswer {
  const { code, status } = shapeOf(error, S3_NAMES)
  const internal = error instanceof CommonError && error.failure === 'internal'
  const message = internal ? 'We encountered an internal error. Please try again.' : error.message
  const content = { Code: code, Message: message, ...error.elements, RequestId: requestId, HostId: hostId(requestId) }
  return {
    status,
    headers: { 'content-type': 'application/xml', ...s3Headers(requestId), ...error.headers },
    body: writeXml('Error', content, 'member'),
  }
}

/** The header fields of every answer of S3. */
export const s3Headers = (requestId: string): Readonly<Record<string, string>> => ({
  'x-amz-request-id': requestId,
  'x-amz-id-2': hostId(requestId),
  server: 'AmazonS3',
})

const hostId = (requestId: string) => Buffer.from(`terrace/${requestId}`).toString('base64')
