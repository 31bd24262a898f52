import type { Clock, Duration, Stop } from '@terrace/kit'
import type { TargetGroup } from '@terrace/model'
import { type Exchange, respond } from '../http1/exchange.ts'
import { getHeader, type HeaderList } from '../http1/headers.ts'
import type { FunctionFailure, InvokeFunction } from '../messages.ts'
import { readFunctionAnswer } from './function-answer.ts'
import { functionEvent } from './function-event.ts'
import { MAX_FUNCTION_BODY_BYTES } from './limits.ts'
import type { LiveTarget, UnderWay } from './target.ts'

export interface FunctionCallOptions {
  readonly clock: Clock
  readonly idleTimeout: Duration
  readonly group: TargetGroup
  readonly target: LiveTarget
  /** ARN of the function. */
  readonly function: string
  readonly invoke: InvokeFunction
  /** Request line and header fields as a target would get them. */
  readonly head: string
  /** The client asks for another protocol, which functions don't speak. */
  readonly upgrade: boolean
  /** Fields that the balancer writes into each answer that lacks them, but for the type. */
  readonly ownFields: () => HeaderList
  /** The function has answered; gives the fields to add to it. */
  readonly onTargetStatus: (status: number, headers: HeaderList) => HeaderList
  /** No usable answer: to be made by the balancer. @param reason  of the access log; absent: the client was too slow */
  readonly onError: (status: 400 | 408 | 413 | 502 | 504, reason?: FunctionFailure) => void
}

/** What a body is taken for whose function doesn't say. */
const UNKNOWN_TYPE = 'application/octet-stream'

/** Hands a request to a function and its answer back: both are whole, and not larger than 1 MB. */
export function callFunction(exchange: Exchange, options: FunctionCallOptions): void {
  const { bodyLength } = exchange
  if (options.upgrade) return options.onError(400, 'LambdaWebsocketNotSupported')
  if (bodyLength !== 'chunked' && bodyLength > MAX_FUNCTION_BODY_BYTES) {
    return options.onError(413, 'LambdaRequestTooLarge')
  }
  new FunctionCall(exchange, options)
}

class FunctionCall implements UnderWay {
  slot = 0
  readonly #exchange: Exchange
  readonly #options: FunctionCallOptions
  readonly #chunks: Buffer[] = []
  #received = 0
  #over = false
  #stopTimer: Stop = () => {}

  constructor(exchange: Exchange, options: FunctionCallOptions) {
    this.#exchange = exchange
    this.#options = options
    options.target.started(this)
    // The function goes on: its answer is thrown away.
    exchange.onClose = () => this.#finish()
    this.#wait(() => this.#fail(408))
    if (exchange.bodyLength === 0) this.#invoke()
    else this.#readBody()
  }

  cut(): void {
    this.#fail(502, 'LambdaServiceException')
  }

  freeze(): void {
    this.#finish()
  }

  thaw(): void {
    this.#exchange.abort()
  }

  #readBody(): void {
    this.#exchange.readBody({
      onBody: chunk => {
        if (this.#over) return
        this.#received += chunk.length
        if (this.#received > MAX_FUNCTION_BODY_BYTES) {
          this.#chunks.length = 0
          this.#exchange.closeAfter()
          return this.#fail(413, 'LambdaRequestTooLarge')
        }
        // Copied: the buffer that it came in is used again.
        this.#chunks.push(Buffer.from(chunk))
        this.#wait(() => this.#fail(408))
      },
      onEnd: () => {
        if (!this.#over) this.#invoke()
      },
      onAbort: () => this.#finish(),
    })
  }

  #invoke(): void {
    const { group, head, function: arn, invoke } = this.#options
    const payload = functionEvent({ group, head, body: Buffer.concat(this.#chunks) })
    this.#chunks.length = 0
    if (payload === undefined) return this.#fail(400, 'LambdaBadRequest')
    this.#wait(() => this.#fail(504, 'LambdaConnectionTimeout'))
    void invoke({ targetGroup: group.id, function: arn, payload }).then(outcome => {
      if (this.#over) return
      if (outcome.kind === 'failed') this.#fail(502, outcome.reason)
      else this.#answer(outcome.payload)
    })
  }

  #answer(payload: string): void {
    const { group, ownFields, onTargetStatus } = this.#options
    const answer = readFunctionAnswer(payload, group.multiValueHeaders === true)
    if (typeof answer === 'string') return this.#fail(502, answer)
    const { status, reason, headers, body } = answer
    this.#finish()
    for (const text of onTargetStatus(status, headers)) headers.push(text)
    respond(this.#exchange, status, reason, [...withoutThose(ownFields(), headers), ...headers], body)
  }

  // differs: AWS doesn't say whether the idle timeout counts while a function works; here it does.
  #wait(onEnd: () => void): void {
    this.#stopTimer()
    this.#stopTimer = this.#options.clock.after(this.#options.idleTimeout, onEnd)
  }

  #fail(status: 400 | 408 | 413 | 502 | 504, reason?: FunctionFailure): void {
    if (this.#over) return
    this.#finish()
    this.#exchange.onClose = undefined
    this.#options.onError(status, reason)
  }

  #finish(): void {
    this.#stopTimer()
    if (this.#over) return
    this.#over = true
    this.#options.target.finished(this)
  }
}

/** The balancer's fields that the function has not written itself. */
function withoutThose(own: HeaderList, written: HeaderList): HeaderList {
  const fields = [...own, 'Content-Type', UNKNOWN_TYPE]
  const kept: HeaderList = []
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? ''
    if (getHeader(written, name) === undefined) kept.push(name, fields[index + 1] ?? '')
  }
  return kept
}
