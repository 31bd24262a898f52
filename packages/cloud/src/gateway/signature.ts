import type { Instant } from '@terrace/kit'
import { AwsError, CommonError } from './errors.ts'
import type { GatewayRequest } from './request.ts'
import { isoTime, parseSignatureTime, signatureTime } from './time.ts'

/** What a request's signature says about it, before anybody has verified it. */
export type Claim = { readonly kind: 'unsigned' } | SignedClaim

/** A signature of version 4, taken apart. */
export interface SignedClaim {
  readonly kind: 'signed'
  /** In a header field, or in the query of a presigned URL. */
  readonly by: 'header' | 'query'
  readonly accessKeyId: string
  readonly region: string
  /** As in the credential's scope: `s3`, `secretsmanager`. */
  readonly service: string
  /** `20261122` of the scope. */
  readonly scopeDate: string
  readonly signedAt: Instant
  /** Names in lower case, in the order of the claim. */
  readonly signedHeaders: readonly string[]
  /** Hex. */
  readonly signature: string
  readonly sessionToken: string | undefined
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** Longest life of a presigned URL. S3 API Reference "Authenticating Requests: Using Query Parameters". */
const LONGEST_PRESIGNED_SECONDS = 604_800

/**
 * Reads the signature of a request, without verifying it.
 *
 * @param s3  whether the client that sent it speaks to S3, which has codes of its own for what is malformed
 * @throws AwsError as AWS refuses a malformed one, and a presigned URL whose time is over
 * @see S3 API Reference "Authenticating Requests (AWS Signature Version 4)"
 */
export function readSignature(request: GatewayRequest, now: Instant, s3: boolean): Claim {
  const authorization = request.header('authorization')
  if (authorization !== undefined) return fromHeader(authorization, request, s3)
  if (request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Signature')) return fromQuery(request, now)
  if (request.query.has('AWSAccessKeyId') && request.query.has('Signature')) throw unsupported()
  return { kind: 'unsigned' }
}

function fromHeader(authorization: string, request: GatewayRequest, s3: boolean): SignedClaim {
  const scheme = authorization.split(' ', 1)[0] ?? ''
  if (scheme !== ALGORITHM) {
    if (!s3) throw new CommonError('incompleteSignature', `Unsupported AWS 'algorithm': '${scheme.slice(0, 100)}'.`)
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
  if (missing.length > 0) throw incomplete(missing, s3)
  const scope = scopeOf(fields.get('Credential') ?? '', s3 ? 's3Header' : 'header')
  const signedAt = dateOf(request)
  if (signedAt === undefined) throw undated(s3)
  if (scope.service === 's3' && request.header('x-amz-content-sha256') === undefined) {
    throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256')
  }
  return {
    kind: 'signed',
    by: 'header',
    ...scope,
    signedAt,
    signedHeaders: headersOf(fields.get('SignedHeaders') ?? ''),
    signature: fields.get('Signature') ?? '',
    sessionToken: request.header('x-amz-security-token'),
  }
}

function fromQuery(request: GatewayRequest, now: Instant): SignedClaim {
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
  return {
    kind: 'signed',
    by: 'query',
    ...scopeOf(query.get('X-Amz-Credential') ?? '', 'query'),
    signedAt,
    signedHeaders: headersOf(query.get('X-Amz-SignedHeaders') ?? ''),
    signature: query.get('X-Amz-Signature') ?? '',
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
  }
}

const headersOf = (list: string): readonly string[] => list.toLowerCase().split(';')

/** `x-amz-date`, else `date`. */
function dateOf(request: GatewayRequest): Instant | undefined {
  const own = request.header('x-amz-date')
  if (own !== undefined) return parseSignatureTime(own)
  const date = request.header('date')
  if (date === undefined) return undefined
  const parsed = parseSignatureTime(date) ?? Date.parse(date)
  return Number.isNaN(parsed) ? undefined : parsed
}

type Scope = Pick<SignedClaim, 'accessKeyId' | 'region' | 'service' | 'scopeDate'>

function scopeOf(credential: string, by: 's3Header' | 'header' | 'query'): Scope {
  const parts = credential.split('/')
  const [terminator = '', service = '', region = '', scopeDate = ''] = parts.slice(-4).reverse()
  const accessKeyId = parts.slice(0, -4).join('/')
  if (accessKeyId && /^\d{8}$/.test(scopeDate) && region && service && terminator === 'aws4_request') {
    return { accessKeyId, region, service, scopeDate }
  }
  const message = `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`
  if (by === 'query') throw queryError(`Error parsing the X-Amz-Credential parameter; ${message}`)
  if (by === 's3Header') {
    throw new AwsError('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${message}`)
  }
  throw new CommonError(
    'incompleteSignature',
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential.slice(0, 200)}'`,
  )
}

function incomplete(missing: readonly string[], s3: boolean): AwsError {
  if (s3) {
    const message = `The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.`
    return new AwsError('AuthorizationHeaderMalformed', 400, message)
  }
  const sentences = missing.map(name => `Authorization header requires '${name}' parameter.`).join(' ')
  return new CommonError('incompleteSignature', `${sentences} Authorization=${ALGORITHM}`)
}

const undated = (s3: boolean): AwsError =>
  s3
    ? new AwsError('AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header')
    : new CommonError(
        'incompleteSignature',
        `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=${ALGORITHM}`,
      )

const queryError = (message: string) => new AwsError('AuthorizationQueryParametersError', 400, message)

const unsupported = () =>
  new AwsError(
    'InvalidRequest',
    400,
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )

/** `20261122/us-east-1/s3/aws4_request`. */
export const scopeText = ({ scopeDate, region, service }: SignedClaim): string =>
  `${scopeDate}/${region}/${service}/aws4_request`

/** `20261122T093000Z`, as it stands in what was signed. */
export const longDate = ({ signedAt }: SignedClaim): string => signatureTime(signedAt)
