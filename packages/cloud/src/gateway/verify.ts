import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { type Duration, type Instant, minutes } from '@terrace/kit'
import type { Credentials } from '../identity/credentials.ts'
import { canonicalRequest, sha256Hex } from './canonical.ts'
import { AwsError, CommonError } from './errors.ts'
import type { GatewayRequest } from './request.ts'
import { longDate, type SignedClaim, scopeText } from './signature.ts'
import { isoTime, signatureTime } from './time.ts'

/** How far the client's clock may be off. S3 API Reference "Error responses"; IAM User Guide "Troubleshooting SigV4". */
export const SKEW: Readonly<Record<'s3' | 'others', Duration>> = { s3: minutes(15), others: minutes(5) }

/**
 * Refuses a signature whose time is off. A presigned URL has its own end, and may only not begin in the future.
 * @throws RequestTimeTooSkewed of S3, SignatureDoesNotMatch or its likes of the others
 */
export function checkSkew(claim: SignedClaim, now: Instant): void {
  const s3 = claim.service === 's3'
  const allowed = s3 ? SKEW.s3 : SKEW.others
  const early = claim.signedAt - now > allowed
  if (claim.by === 'query') {
    if (early) throw new AwsError('AccessDenied', 403, 'Request is not valid yet')
    return
  }
  const late = now - claim.signedAt > allowed
  if (!early && !late) return
  if (s3) {
    const elements = {
      RequestTime: longDate(claim),
      ServerTime: isoTime(now),
      MaxAllowedSkewMilliseconds: String(allowed),
    }
    throw new CommonError('skewed', 'The difference between the request time and the current time is too large.', {
      elements,
    })
  }
  const [at, limit] = [signatureTime(now), signatureTime(late ? now - allowed : now + allowed)]
  throw new CommonError(
    'skewed',
    late
      ? `Signature expired: ${longDate(claim)} is now earlier than ${limit} (${at} - 5 min.)`
      : `Signature not yet current: ${longDate(claim)} is still later than ${limit} (${at} + 5 min.)`,
  )
}

/** Verifies signatures of version 4. Keys that were derived once are kept: they are good for a day. */
export class Verifier {
  readonly #keys = new Map<string, KeyObject>()

  /**
   * @param payloadHash  of the body as it was received; for S3 what its header field says, since S3 itself holds the body
   * against that
   * @throws AwsError SignatureDoesNotMatch and its likes
   * @see IAM User Guide "Create a signed AWS API request"
   */
  verify(request: GatewayRequest, claim: SignedClaim, credentials: Credentials, payloadHash: string): void {
    checkHeaders(request, claim)
    const date = longDate(claim)
    if (claim.scopeDate !== date.slice(0, 8)) {
      throw mismatch(
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.scopeDate}' != '${date.slice(0, 8)}', from '${date}'.`,
      )
    }
    const canonical = canonicalRequest(request, claim, payloadHash)
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scopeText(claim)}\n${sha256Hex(canonical)}`
    if (same(this.sign(claim, credentials, toSign), claim.signature)) return
    throw claim.service === 's3' ? s3Mismatch(claim, toSign, canonical) : mismatch(OTHERS)
  }

  /** Hex of a text signed with the key of a claim's scope. */
  sign(claim: SignedClaim, credentials: Credentials, text: string): string {
    return createHmac('sha256', this.#keyOf(claim, credentials)).update(text).digest('hex')
  }

  #keyOf(claim: SignedClaim, { accessKeyId, secretAccessKey }: Credentials): KeyObject {
    const name = `${accessKeyId}/${scopeText(claim)}`
    const known = this.#keys.get(name)
    if (known) return known
    let bytes: Buffer = Buffer.from(`AWS4${secretAccessKey}`)
    for (const part of scopeText(claim).split('/')) bytes = createHmac('sha256', bytes).update(part).digest()
    const key = createSecretKey(bytes)
    if (this.#keys.size >= MOST_KEYS) this.#keys.clear()
    this.#keys.set(name, key)
    return key
  }
}

const MOST_KEYS = 1_000

const OTHERS =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** The host and everything that AWS gives a meaning to must be signed. */
function checkHeaders({ message }: GatewayRequest, claim: SignedClaim): void {
  const signed = new Set(claim.signedHeaders)
  const needed = Object.keys(message.headers).filter(name => name === 'host' || name.startsWith('x-amz-'))
  const unsigned = needed.filter(name => !signed.has(name))
  if (!signed.has('host')) throw mismatch("'Host' must be a 'SignedHeader' in the AWS Authorization.")
  if (claim.service !== 's3' || unsigned.length === 0) return
  throw new AwsError('AccessDenied', 403, 'There were headers present in the request which were not signed', {
    elements: { HeadersNotSigned: unsigned.join(', ') },
  })
}

const mismatch = (message: string) => new CommonError('badSignature', message)

const s3Mismatch = (claim: SignedClaim, toSign: string, canonical: string) =>
  new CommonError(
    'badSignature',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      elements: {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: toSign,
        SignatureProvided: claim.signature,
        StringToSignBytes: hexBytes(toSign),
        CanonicalRequest: canonical,
        CanonicalRequestBytes: hexBytes(canonical),
      },
    },
  )

const hexBytes = (text: string) =>
  Buffer.from(text)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')

/** In the same time wherever they differ. */
export function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
