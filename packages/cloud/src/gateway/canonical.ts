import { hash } from 'node:crypto'
import { getCanonicalHeaders, SignatureV4Base } from '@smithy/signature-v4'
import type { GatewayRequest } from './request.ts'
import type { SignedClaim } from './signature.ts'

type HttpRequest = Parameters<typeof getCanonicalHeaders>[0]

/** Writes a request the way both sides sign it; the rules are the SDK's own. */
class CanonicalForm extends SignatureV4Base {
  constructor(uriEscapePath: boolean) {
    const never = () => Promise.reject(new Error('only the form is asked for'))
    super({ credentials: never, region: '', service: '', sha256: NoHash, uriEscapePath })
  }

  of(request: HttpRequest, signedHeaders: Set<string>, payloadHash: string): string {
    return this.createCanonicalRequest(request, getCanonicalHeaders(request, undefined, signedHeaders), payloadHash)
  }
}

/** The form needs no hash; Node's own is used for what is made of it. */
class NoHash {
  update(): void {}
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array())
  }
  reset(): void {}
}

const FORM = new CanonicalForm(true)
/** S3 alone escapes the path once and never shortens it. */
const S3_FORM = new CanonicalForm(false)

/**
 * What the client must have signed.
 *
 * @param payloadHash  hex of the body's SHA-256, or `UNSIGNED-PAYLOAD` and its like
 * @see IAM User Guide "Create a signed AWS API request": canonical request
 */
export function canonicalRequest(request: GatewayRequest, claim: SignedClaim, payloadHash: string): string {
  const headers = Object.fromEntries(claim.signedHeaders.map(name => [name, request.header(name) ?? '']))
  const form = claim.service === 's3' ? S3_FORM : FORM
  const query: Record<string, string | string[]> = {}
  for (const name of new Set(request.query.keys())) {
    if (name !== 'X-Amz-Signature') query[name] = request.query.getAll(name)
  }
  const written: HttpRequest = {
    method: request.method,
    protocol: 'https:',
    hostname: '',
    path: claim.service === 's3' ? normalPath(request.path) : request.path,
    query,
    headers,
  }
  return form.of(written, new Set(claim.signedHeaders), payloadHash)
}

/** With the escapes that AWS itself writes, whatever the client chose: `(` and `%28` are the same. */
function normalPath(path: string): string {
  return path
    .split('/')
    .map(part =>
      encodeURIComponent(decodeURIComponent(part)).replace(
        /[!'()*]/g,
        character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/')
}

/** Hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data)
