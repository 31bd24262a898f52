import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import { hours, minutes } from '@terrace/kit'
import type { IssuedCredentials } from '../../../identity/credentials.ts'
import type { Principal } from '../../../identity/principal.ts'
import type { World } from '../../../world.ts'

/** A message as SQS hands it out. */
export interface QueueRecord {
  readonly MessageId: string
  readonly ReceiptHandle: string
  readonly Body: string
  readonly MD5OfBody: string
  readonly Attributes?: Readonly<Record<string, string>>
  readonly MessageAttributes?: Readonly<
    Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>
  >
}

type Output = Readonly<Record<string, unknown>>

/**
 * Calls of SQS with a function's role, as Lambda's pollers make them: each is authorized by the gateway like any other.
 * Links of their own: pollers are not in the VPC of the function.
 */
export class QueueCalls {
  readonly #world: World
  readonly #principal: Principal
  readonly #url: string
  readonly #agent: Promise<Agent>
  readonly #link: Promise<string>
  #issued: IssuedCredentials | undefined

  constructor(world: World, principal: Principal, queueArn: string) {
    const [, , , region = '', account = '', name = ''] = queueArn.split(':')
    this.#world = world
    this.#principal = principal
    this.#url = `https://sqs.${region}.amazonaws.com/${account}/${name}`
    this.#link = world.ports.need('gateway').then(gateway => gateway.link(principal))
    this.#agent = this.#link.then(() => new Agent({ keepAlive: true }))
    this.#link.catch(() => {})
    this.#agent.catch(() => {})
  }

  async receive(most: number, waitSeconds: number, signal: AbortSignal): Promise<readonly QueueRecord[]> {
    const input = {
      QueueUrl: this.#url,
      MaxNumberOfMessages: most,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }
    const { Messages = [] } = await this.#call('ReceiveMessage', input, signal)
    return Messages as readonly QueueRecord[]
  }

  async delete(messages: readonly QueueRecord[]): Promise<void> {
    for (let i = 0; i < messages.length; i += 10) {
      const Entries = messages.slice(i, i + 10).map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle }))
      await this.#call('DeleteMessageBatch', { QueueUrl: this.#url, Entries })
    }
  }

  async close(): Promise<void> {
    const gateway = await this.#world.ports.need('gateway')
    const agent = await this.#agent.catch(() => undefined)
    agent?.destroy()
    const link = await this.#link.catch(() => undefined)
    if (link !== undefined) await gateway.closeLink(link)
  }

  async #call(operation: string, input: object, signal?: AbortSignal): Promise<Output> {
    const body = JSON.stringify(input)
    const [socketPath, agent, headers] = await Promise.all([this.#link, this.#agent, this.#signed(operation, body)])
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request({ socketPath, agent, method: 'POST', path: '/', headers, ...(signal ? { signal } : {}) })
      sent.once('error', reject)
      sent.once('response', answer => {
        let text = ''
        answer.setEncoding('utf8').on('data', chunk => {
          text += chunk
        })
        answer.once('error', reject)
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      })
      sent.end(body)
    })
    const output: Output = JSON.parse(text)
    if (status < 300) return output
    throw new Error(`${operation}: ${String(output.__type)}: ${String(output.message)}`)
  }

  async #signed(operation: string, body: string): Promise<Record<string, string>> {
    const { region } = this.#world.architecture
    const host = `sqs.${region}.amazonaws.com`
    const credentials = this.#credentials()
    const { accessKeyId, secretAccessKey, sessionToken } = credentials
    const signer = new SignatureV4({
      service: 'sqs',
      region,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      sha256: Sha256,
    })
    const { headers } = await signer.sign(
      {
        method: 'POST',
        protocol: 'https:',
        hostname: host,
        path: '/',
        headers: { host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
        body,
      },
      { signingDate: new Date(this.#world.realtime.now()) },
    )
    return headers
  }

  #credentials(): IssuedCredentials {
    const { credentials } = this.#world
    if (!this.#issued || credentials.remaining(this.#issued) < minutes(5)) {
      this.#issued = credentials.issue(this.#principal, hours(6))
    }
    return this.#issued
  }
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
