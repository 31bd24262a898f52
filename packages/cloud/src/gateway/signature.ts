import type { Instant } from '@terrace/kit'
import { AwsError } from './errors.ts'
import type { GatewayRequest } from './request.ts'
import { isoTime, parseSignatureTime } from './time.ts'

/** What a request's signature says about it. Nobody has verified it: who calls is decided by the link. */
export type Claim =
  | { readonly kind: 'unsigned' }
  | {
      readonly kind: 'signed'
      /** In a header field, or in the query of a presigned URL. */
      readonly by: 'header' | 'query'
      readonly accessKeyId: string
      readonly region: string
      /** As in the credential's scope: `s3`, `secretsmanager`. */
      readonly service: string
    }

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** Longest life of a presigned URL. S3 API Reference "Authenticating Requests: Using Query Parameters". */
const LONGEST_PRESIGNED_SECONDS = 604_800

/**
 * Reads the signature of a request, without verifying it.
 *
 * @throws AwsError as AWS refuses a malformed one, and a presigned URL whose time is over
 * @see S3 API Reference "Authenticating Requests (AWS Signature Version 4)"
 */
export function readSignature(request: GatewayRequest, now: Instant): Claim {
  const authorization = request.header('authorization')
  if (authorization !== undefined) return fromHeader(authorization, request)
  if (request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Signature')) return fromQuery(request, now)
  if (request.query.has('AWSAccessKeyId') && request.query.has('Signature')) throw unsupported()
  return { kind: 'unsigned' }
}

function fromHeader(authorization: string, request: GatewayRequest): Claim {
  const scheme = authorization.split(' ', 1)[0] ?? ''
  if (scheme !== ALGORITHM) {
    if (scheme === 'AWS' || scheme.startsWith('AWS4-')) throw unsupported()
    throw new AwsError('InvalidArgument', 400, 'Unsupported Authorization Type', {
      elements: { ArgumentName: 'Authorization', ArgumentValue: authorization },
    })
  }
  const fields = new Map<string, string>()
  for (const part of authorization.slice(ALGORITHM.length).split(',')) {
    const [name = '', ...value] = part.trim().split('=')
    fields.set(name, value.join('='))
  }
  const missing = ['Credential', 'SignedHeaders', 'Signature'].filter(name => !fields.get(name))
  if (missing.length > 0) throw incomplete(missing, request)
  const claim = fromCredential(fields.get('Credential') ?? '', 'header')
  const date = request.header('x-amz-date')
  if (request.header('date') === undefined && (date === undefined || parseSignatureTime(date) === undefined)) {
    throw new AwsError('AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header')
  }
  if (claim.service === 's3' && request.header('x-amz-content-sha256') === undefined) {
    throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256')
  }
  return claim
}

function fromQuery(request: GatewayRequest, now: Instant): Claim {
  const { query } = request
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw queryError('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
  const names = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires'].map(
    name => `X-Amz-${name}`,
  )
  if (names.some(name => !query.get(name))) {
    throw queryError(`Query-string authentication version 4 requires the ${names.join(', ')} parameters.`)
  }
  const signedAt = parseSignatureTime(query.get('X-Amz-Date') ?? '')
  if (signedAt === undefined) {
    throw queryError("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  }
  const expires = Number(query.get('X-Amz-Expires'))
  if (!Number.isInteger(expires)) throw queryError('X-Amz-Expires should be a number')
  if (expires < 0) throw queryError('X-Amz-Expires must be non-negative')
  if (expires > LONGEST_PRESIGNED_SECONDS) {
    throw queryError(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }
  const end = signedAt + expires * 1000
  if (now > end) {
    throw new AwsError('AccessDenied', 403, 'Request has expired', {
      elements: { 'X-Amz-Expires': String(expires), Expires: isoTime(end), ServerTime: isoTime(now) },
    })
  }
  return fromCredential(query.get('X-Amz-Credential') ?? '', 'query')
}

function fromCredential(credential: string, by: 'header' | 'query'): Extract<Claim, { kind: 'signed' }> {
  const parts = credential.split('/')
  const [terminator = '', service = '', region = '', date = ''] = parts.slice(-4).reverse()
  const accessKeyId = parts.slice(0, -4).join('/')
  if (!accessKeyId || !/^\d{8}$/.test(date) || !region || !service || terminator !== 'aws4_request') {
    const message = `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`
    if (by === 'query') throw queryError(`Error parsing the X-Amz-Credential parameter; ${message}`)
    throw new AwsError('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${message}`)
  }
  return { kind: 'signed', by, accessKeyId, region, service }
}

function incomplete(missing: readonly string[], request: GatewayRequest): AwsError {
  const first = missing[0] ?? ''
  const forS3 = request.header('x-amz-content-sha256') !== undefined
  if (forS3) {
    const message = `The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.`
    return new AwsError('AuthorizationHeaderMalformed', 400, message)
  }
  const sentences = missing.map(name => `Authorization header requires '${name}' parameter.`).join(' ')
  return new AwsError('IncompleteSignature', 400, `${sentences} Authorization=${first ? ALGORITHM : ''}`)
}

const queryError = (message: string) => new AwsError('AuthorizationQueryParametersError', 400, message)

const unsupported = () =>
  new AwsError(
    'InvalidRequest',
    400,
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )
