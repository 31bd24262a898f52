import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { SignatureV4 } from '@smithy/signature-v4'
import { type Clock, hours, minutes } from '@terrace/kit'
import type { CredentialIssuer, Credentials } from '../identity/credentials.ts'
import type { Principal } from '../identity/principal.ts'
import type { Network, NetworkInterface } from '../network/network.ts'
import { LaunchFailure, type LaunchNeed } from './launch-failure.ts'
import { readFailure } from './read-failure.ts'

/** One call to AWS as a launch makes it. */
export interface LaunchCall {
  readonly need: LaunchNeed
  /** As the signature names it: `secretsmanager`. */
  readonly service: string
  /** As the SDK for Go names it in messages: `Secrets Manager`. */
  readonly title: string
  readonly operation: string
  /** Such as `secretsmanager.us-east-1.amazonaws.com`. */
  readonly host: string
  /** Whose network position counts; by default `host` itself. */
  readonly over?: string
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Where the calls of one host leave it. */
export interface CallSite {
  readonly network: Network
  readonly networkInterface: NetworkInterface
  readonly principal: Principal
  readonly credentials: CredentialIssuer
  /** The machine's own: signatures are compared with it. */
  readonly clock: Clock
  readonly region: string
  /** PEM of the authority that signs `*.amazonaws.com`. */
  readonly authority: string
  /** The gateway's link for a way. */
  readonly linkOf: (endpoint: string | undefined) => string
}

/**
 * Calls AWS as the tools on the host do: over the host's own network position, through the link of that way, signed with
 * the credentials of its role. What is decided about the call is decided by the gateway, as for the workload itself.
 */
export class AwsCalls {
  readonly #site: CallSite
  #issued: Credentials | undefined

  constructor(site: CallSite) {
    this.#site = site
  }

  /** The answer's body as text. @throws LaunchFailure */
  async text(call: LaunchCall): Promise<string> {
    return textOf(await this.open(call))
  }

  /** The answer with its body still to be read. @throws LaunchFailure */
  async open(call: LaunchCall): Promise<IncomingMessage> {
    const { network, networkInterface, linkOf, authority } = this.#site
    const over = call.over ?? call.host
    const way = network.wayToAws(networkInterface, over)
    if (!way.reaches) throw new LaunchFailure(call.need, { kind: 'unreachable', host: over, because: way.because })
    const headers = await this.#signed(call)
    const socketPath = linkOf(way.endpoint)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request({
        socketPath,
        servername: call.host,
        host: call.host,
        ca: authority,
        agent: new Agent({ keepAlive: false }),
        method: call.method ?? 'POST',
        path: pathOf(call),
        headers,
      })
      sent.once('response', resolve)
      sent.once('error', reject)
      sent.end(call.body ?? '')
    })
    const status = answer.statusCode ?? 0
    if (status < 300) return answer
    const { code, message } = readFailure(await textOf(answer), String(answer.headers['x-amzn-errortype'] ?? ''))
    const { operation, title } = call
    throw new LaunchFailure(call.need, { kind: 'refused', operation, code, message, status, service: title })
  }

  async #signed(call: LaunchCall): Promise<Record<string, string>> {
    const { principal, clock, region } = this.#site
    if (principal.kind === 'anonymous') {
      throw new LaunchFailure(call.need, {
        kind: 'noCredentials',
        because: 'it has no role whose credentials it could use',
      })
    }
    const signer = new SignatureV4({
      service: call.service,
      region,
      credentials: this.#identity(),
      sha256: Sha256,
      uriEscapePath: call.service !== 's3',
    })
    const signed = await signer.sign(
      {
        method: call.method ?? 'POST',
        protocol: 'https:',
        hostname: call.host,
        path: call.path ?? '/',
        query: { ...call.query },
        headers: {
          host: call.host,
          ...(call.service === 's3'
            ? {
                'x-amz-content-sha256': createHash('sha256')
                  .update(call.body ?? '')
                  .digest('hex'),
              }
            : {}),
          ...call.headers,
        },
        body: call.body ?? '',
      },
      { signingDate: new Date(clock.now()) },
    )
    return signed.headers
  }

  #identity(): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
    const { accessKeyId, secretAccessKey, sessionToken } = this.#credentials()
    return { accessKeyId, secretAccessKey, sessionToken }
  }

  #credentials(): Credentials {
    const { principal, credentials } = this.#site
    if (this.#issued && credentials.remaining(this.#issued) > minutes(5)) return this.#issued
    this.#issued = credentials.issue(principal, hours(6))
    return this.#issued
  }
}

const pathOf = ({ path = '/', query = {} }: LaunchCall): string => {
  const text = Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  return text === '' ? path : `${path}?${text}`
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** Node's own SHA-256 and HMAC in the form that the signer asks for. */
class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data)
}
