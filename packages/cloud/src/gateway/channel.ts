import type { Caller, CallerEndpoint } from '../identity/authorizer.ts'
import type { ContextValues } from '../identity/context.ts'
import type { CredentialIssuer, IssuedCredentials } from '../identity/credentials.ts'
import type { Principal } from '../identity/principal.ts'
import { AccessDenied, CommonError } from './errors.ts'
import type { GatewayRequest } from './request.ts'
import { isOwnHost } from './routing.ts'
import type { Claim, SignedClaim } from './signature.ts'

/** Where a request came in. With the key that it is signed with it decides who calls. */
export interface Channel {
  /**
   * @returns nothing; for requests that may do no more than open a link (`OperationsApi.open`), what refuses all else
   * @throws AccessDenied for requests that may not come this way at all, whoever sends them
   */
  admit(request: GatewayRequest): AccessDenied | undefined
  /** @throws CommonError when the claim doesn't fit the channel */
  callerOf(claim: Claim, secure: boolean): Identified
}

/** Who a request says it is from. */
export interface Identified {
  readonly caller: Caller
  /** Their key: who they are has to be proved by a signature with it. Absent: the channel alone says who it is. */
  readonly key?: IssuedCredentials
}

export interface LinkOptions {
  /** Condition keys of the connection, such as `aws:SourceVpc`; they win over the gateway's own. */
  readonly context?: ContextValues
  /** The VPC endpoint that the link goes through: `aws:SourceVpce` and its policy. */
  readonly endpoint?: CallerEndpoint
}

/** The name of the person at the machine, as ARNs have it. */
export const ADMINISTRATOR = 'administrator'

/** What channels know of the cloud. */
export interface Surroundings {
  readonly account: string
  readonly region: string
  readonly credentials: CredentialIssuer
}

/**
 * The gateway's own port: a key that the cloud issued acts as its owner, any other as the account's administrator, no key
 * is anonymous.
 *
 * Any web page can send requests to a port of this machine, so that those which a browser marks as a page's are refused,
 * and those that came by a name of somebody else's (DNS rebinding). What a person opens in a tab may be a link of a mail.
 *
 * differs: signatures of the administrator and their region aren't verified; plain HTTP counts as TLS
 * (`aws:SecureTransport`), because this port stands for AWS's TLS endpoints.
 */
export function ownPortChannel(surroundings: Surroundings): Channel {
  const principal: Principal = {
    kind: 'administrator',
    arn: `arn:aws:iam::${surroundings.account}:user/${ADMINISTRATOR}`,
  }
  const context = { 'aws:SecureTransport': 'true', 'aws:SourceIp': '127.0.0.1' }
  return {
    admit(request) {
      if (!isOwnHost(request.host)) {
        throw new AccessDenied(
          `Host ${JSON.stringify(request.host)} is not one of this gateway: use 127.0.0.1, localhost, *.localhost or *.amazonaws.com`,
        )
      }
      const field = ['origin', 'sec-fetch-site'].find(name => request.header(name) !== undefined)
      if (field === undefined) return undefined
      const refusal = new AccessDenied(
        `Requests of web pages are refused here: this one carries the header field ${field}`,
      )
      if (isOpenedByHand(request)) return refusal
      throw refusal
    },
    callerOf(claim) {
      if (claim.kind === 'unsigned') return { caller: { principal: { kind: 'anonymous' }, context } }
      const issued = surroundings.credentials.find(claim.accessKeyId)
      if (!issued) return { caller: { principal, context } }
      checkKey(claim, issued, surroundings)
      return { caller: { principal: issued.principal, context: { ...context, ...keysOf(issued) } }, key: issued }
    },
  }
}

/**
 * A link. A service of AWS calls as itself, whatever it sends. Anything else has to sign with a key that the cloud issued
 * and calls as its owner: the link's own role, or one that it has taken on. What the agent of a task does, such as pulling
 * its image, is signed by the execution role, also on the link of a task without a role of its own.
 */
export function linkChannel(principal: Principal, surroundings: Surroundings, options: LinkOptions): Channel {
  const { endpoint } = options
  return {
    admit: () => undefined,
    callerOf(claim, secure) {
      // Services of AWS speak TLS to one another, for a resource of the account or for nobody in particular.
      const service = principal.kind === 'service' || (principal.kind === 'anonymous' && claim.kind === 'unsigned')
      const context = {
        'aws:SecureTransport': String(secure || service || principal.kind === 'anonymous'),
        ...options.context,
      }
      if (service) return { caller: { principal, context, endpoint } }
      if (claim.kind === 'unsigned') return { caller: { principal: { kind: 'anonymous' }, context, endpoint } }
      const issued = surroundings.credentials.find(claim.accessKeyId)
      if (!issued) throw unknownKey(claim)
      checkKey(claim, issued, surroundings)
      return {
        caller: { principal: issued.principal, context: { ...keysOf(issued), ...context }, endpoint },
        key: issued,
      }
    },
  }
}

/**
 * Whether somebody has opened an address in a tab of a browser: typed, from another program, or by a click. What a page does
 * by itself is none: frames, fetches, redirects by scripts, and what is loaded in advance.
 * @see W3C "Fetch Metadata Request Headers"
 */
function isOpenedByHand({ method, header }: GatewayRequest): boolean {
  return (
    method === 'GET' &&
    header('origin') === undefined &&
    header('sec-fetch-mode') === 'navigate' &&
    header('sec-fetch-dest') === 'document' &&
    (header('sec-fetch-site') === 'none' || header('sec-fetch-user') === '?1') &&
    header('sec-purpose') === undefined &&
    header('purpose') === undefined
  )
}

/** @throws CommonError when it has expired, came without its token, or is used for another region */
function checkKey(claim: SignedClaim, issued: IssuedCredentials, { region, credentials }: Surroundings): void {
  if (claim.sessionToken === undefined) throw unknownKey(claim)
  if (claim.sessionToken !== issued.sessionToken) throw invalidToken(claim)
  if (credentials.remaining(issued) <= 0) throw expired(claim)
  if (claim.region !== region && !GLOBAL.has(claim.service)) throw wrongRegion(claim, region)
}

const keysOf = ({ issuedAt }: IssuedCredentials): ContextValues => ({
  'aws:TokenIssueTime': new Date(issuedAt).toISOString(),
})

/** Services whose calls are signed for us-east-1 wherever they come from. */
const GLOBAL: ReadonlySet<string> = new Set(['cloudfront', 'iam', 'route53'])

const unknownKey = ({ service, accessKeyId }: SignedClaim) =>
  service === 's3'
    ? new CommonError('unknownKey', 'The AWS Access Key Id you provided does not exist in our records.', {
        elements: { AWSAccessKeyId: accessKeyId },
      })
    : new CommonError('unknownKey', 'The security token included in the request is invalid.')

const invalidToken = ({ service, sessionToken }: SignedClaim) =>
  service === 's3'
    ? new CommonError('invalidToken', 'The provided token is malformed or otherwise invalid.', {
        elements: { 'Token-0': sessionToken ?? '' },
      })
    : new CommonError('invalidToken', 'The security token included in the request is invalid.')

const expired = ({ service, sessionToken }: SignedClaim) =>
  service === 's3'
    ? new CommonError('expiredToken', 'The provided token has expired.', {
        elements: { 'Token-0': sessionToken ?? '' },
      })
    : new CommonError('expiredToken', 'The security token included in the request is expired')

const wrongRegion = ({ service, region }: SignedClaim, expected: string) =>
  service === 's3'
    ? new CommonError(
        'wrongRegion',
        `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected}'`,
        { elements: { Region: expected } },
      )
    : new CommonError('wrongRegion', `Credential should be scoped to a valid region, not '${region}'.`)
