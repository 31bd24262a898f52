import type { Caller } from '../identity/authorizer.ts'
import type { Principal } from '../identity/principal.ts'
import { AccessDenied, CommonError } from './errors.ts'
import type { LinkOptions } from './gateway.ts'
import type { GatewayRequest } from './request.ts'
import { isOwnHost } from './routing.ts'
import type { Claim } from './signature.ts'

/** Where a request came in. It alone decides who calls. */
export interface Channel {
  /** @throws AccessDenied for requests that may not come this way at all, whoever sends them */
  admit(request: GatewayRequest): void
  /** @throws CommonError when the claim doesn't fit the channel */
  callerOf(claim: Claim, secure: boolean): Caller
}

/** The name of the person at the machine, as ARNs have it. */
export const ADMINISTRATOR = 'administrator'

/**
 * The gateway's own port: any key acts as the account's administrator, no key is anonymous.
 *
 * Any web page can send requests to a port of this machine, so that those which a browser marks as a page's are refused,
 * and those that came by a name of somebody else's (DNS rebinding).
 *
 * differs: signatures and their region aren't verified; plain HTTP counts as TLS (`aws:SecureTransport`), because this
 * port stands for AWS's TLS endpoints.
 */
export function ownPortChannel(account: string): Channel {
  const principal: Principal = { kind: 'administrator', arn: `arn:aws:iam::${account}:user/${ADMINISTRATOR}` }
  const context = { 'aws:SecureTransport': 'true', 'aws:SourceIp': '127.0.0.1' }
  return {
    admit(request) {
      if (!isOwnHost(request.host)) {
        throw new AccessDenied(
          `Host ${JSON.stringify(request.host)} is not one of this gateway: use 127.0.0.1, localhost, *.localhost or *.amazonaws.com`,
        )
      }
      for (const field of ['origin', 'sec-fetch-site']) {
        if (request.header(field) === undefined) continue
        throw new AccessDenied(`Requests of web pages are refused here: this one carries the header field ${field}`)
      }
    },
    callerOf: claim => ({ principal: claim.kind === 'unsigned' ? { kind: 'anonymous' } : principal, context }),
  }
}

/** A link: signed requests act as its principal, whatever they claim. differs: their signature is not verified. */
export function linkChannel(principal: Principal, region: string, options: LinkOptions): Channel {
  return {
    admit() {},
    callerOf(claim, secure) {
      // Services of AWS speak TLS to one another, for a resource of the account or for nobody in particular.
      const service = principal.kind === 'service' || principal.kind === 'anonymous'
      const context = { 'aws:SecureTransport': String(secure || service), ...options.context }
      if (service) return { principal, context }
      if (claim.kind === 'unsigned') return { principal: { kind: 'anonymous' }, context }
      if (options.accepts?.(claim.accessKeyId) === false) throw unknownKey(claim)
      if (claim.region !== region && !GLOBAL.has(claim.service)) throw wrongRegion(claim, region)
      return { principal, context }
    },
  }
}

/** Services whose calls are signed for us-east-1 wherever they come from. */
const GLOBAL: ReadonlySet<string> = new Set(['cloudfront', 'iam', 'route53'])

type Signed = Extract<Claim, { kind: 'signed' }>

const unknownKey = ({ service, accessKeyId }: Signed) =>
  service === 's3'
    ? new CommonError('unknownKey', 'The AWS Access Key Id you provided does not exist in our records.', {
        elements: { AWSAccessKeyId: accessKeyId },
      })
    : new CommonError('unknownKey', 'The security token included in the request is invalid.')

const wrongRegion = ({ service, region }: Signed, expected: string) =>
  service === 's3'
    ? new CommonError(
        'wrongRegion',
        `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected}'`,
        { elements: { Region: expected } },
      )
    : new CommonError('wrongRegion', `Credential should be scoped to a valid region, not '${region}'.`)
