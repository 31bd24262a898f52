import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { request } from 'node:https'
import { SignatureV4 } from '@smithy/signature-v4'
import { type Clock, messageOf } from '@terrace/kit'
import type { ExporterConfiguration } from './configuration.ts'
import type { HostCredentials } from './credentials.ts'

/** Why a call was not carried out. */
class CallFailed extends Error {
  readonly retryable: boolean

  constructor(message: string, retryable: boolean) {
    super(message)
    this.retryable = retryable
  }
}

/** What the exporter needs. */
export interface ExporterParts {
  readonly configuration: ExporterConfiguration
  readonly credentials: HostCredentials
  readonly clock: Clock
  /** Absent: the instance says it. */
  readonly region: string | undefined
  readonly log: (level: 'error' | 'warn', message: string, details: object) => void
}

/** The first pause before a call is tried again; the next is twice as long. */
const PAUSE = 500

/** Puts segment documents to X-Ray, with the role of the host; what can't be put is dropped, and told. */
export class XRayExporter {
  readonly #parts: ExporterParts
  #region: string | undefined
  #dropped = 0

  constructor(parts: ExporterParts) {
    this.#parts = parts
    this.#region = parts.configuration.region ?? parts.region
  }

  /** Never rejects. */
  async send(documents: readonly string[]): Promise<void> {
    const { configuration, clock, log } = this.#parts
    for (let tried = 0; ; tried++) {
      try {
        return this.#tell(await this.#put(documents))
      } catch (error) {
        const again = error instanceof CallFailed && error.retryable && tried < configuration.retries
        if (!again) {
          this.#dropped += documents.length
          const details = { error: messageOf(error), dropped_items: documents.length, dropped_in_all: this.#dropped }
          return log('error', 'Exporting failed. Dropping data.', details)
        }
        await clock.sleep(PAUSE * 2 ** tried)
      }
    }
  }

  #tell(unprocessed: readonly unknown[]): void {
    if (unprocessed.length === 0) return
    const [first] = unprocessed
    this.#parts.log('warn', 'X-Ray did not take some segments.', { count: unprocessed.length, first })
  }

  /** @returns what X-Ray refused */
  async #put(documents: readonly string[]): Promise<readonly unknown[]> {
    const { credentials, clock } = this.#parts
    const keys = await credentials.current()
    this.#region ??= await credentials.region()
    const host = `xray.${this.#region}.amazonaws.com`
    const body = JSON.stringify({ TraceSegmentDocuments: documents })
    const signer = new SignatureV4({
      service: 'xray',
      region: this.#region,
      credentials: identityOf(keys),
      sha256: Sha256,
    })
    const { headers } = await signer.sign(
      {
        method: 'POST',
        protocol: 'https:',
        hostname: host,
        path: '/TraceSegments',
        headers: { host, 'content-type': 'application/json' },
        body,
      },
      { signingDate: new Date(clock.now()) },
    )
    const answer: Readonly<Record<string, unknown>> = { ...JSON.parse(await this.#call(host, headers, body)) }
    const { UnprocessedTraceSegments: unprocessed } = answer
    return Array.isArray(unprocessed) ? unprocessed : []
  }

  #call(host: string, headers: Record<string, string>, body: string): Promise<string> {
    const { configuration, clock } = this.#parts
    return new Promise((resolve, reject) => {
      const sent = request({
        host,
        port: 443,
        servername: host,
        method: 'POST',
        path: '/TraceSegments',
        headers,
        agent: false,
      })
      const fail = (error: Error) => {
        stop()
        reject(error)
      }
      const stop = clock.after(configuration.timeout, () => {
        sent.destroy(
          new CallFailed(
            `Post "https://${host}/TraceSegments": no answer within ${configuration.timeout / 1000} s`,
            false,
          ),
        )
      })
      sent.once('error', error => {
        fail(
          error instanceof CallFailed
            ? error
            : new CallFailed(`Post "https://${host}/TraceSegments": ${error.message}`, true),
        )
      })
      sent.once('response', answer => {
        answer.setEncoding('utf8')
        let text = ''
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.once('error', fail)
        answer.once('end', () => {
          stop()
          const status = answer.statusCode ?? 0
          if (status < 300) return resolve(text)
          const code = String(answer.headers['x-amzn-errortype'] ?? `HTTP ${status}`)
          const isBusy = status >= 500 || status === 429 || /Throttl/.test(code)
          reject(
            new CallFailed(
              `operation error XRay: PutTraceSegments, StatusCode: ${status}, ${code}: ${messageIn(text)}`,
              isBusy,
            ),
          )
        })
      })
      sent.end(body)
    })
  }
}

function messageIn(text: string): string {
  try {
    const given: Readonly<Record<string, unknown>> = { ...JSON.parse(text) }
    return String(given.message ?? given.Message ?? text)
  } catch {
    return text
  }
}

/** Without its expiration, which the signer would check itself. */
const identityOf = ({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: Awaited<ReturnType<HostCredentials['current']>>) => ({
  accessKeyId,
  secretAccessKey,
  sessionToken,
})

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
