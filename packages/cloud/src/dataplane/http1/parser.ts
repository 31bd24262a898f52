import type { HeaderList } from './headers.ts'
import {
  copyIn,
  execute,
  finish,
  llhttp,
  METHODS,
  PAUSED,
  PAUSED_UPGRADE,
  type ParserCallbacks,
  REQUEST,
  RESPONSE,
} from './llhttp.ts'
import { ParseError, refusalOf } from './refusals.ts'

export { ParseError } from './refusals.ts'

/** The first part of a message, as it came. */
export interface MessageHead {
  /** Empty in a response. */
  readonly method: string
  /** The request target as written; empty in a response. */
  readonly target: string
  /** 0 in a request. */
  readonly status: number
  readonly minorVersion: number
  readonly headers: HeaderList
  /** What the version and the Connection header field say. */
  readonly keepAlive: boolean
  readonly upgrade: boolean
}

/** What a parser tells its owner. */
export interface MessageListener {
  /** `noBody` says that none follows whatever the header fields say, as after HEAD. */
  onHead(head: MessageHead): 'body' | 'noBody'
  onBody(chunk: Buffer): void
  /** `pause` keeps what follows for `resume`: the next request of a pipeline waits for the answer to this one. */
  onComplete(): 'continue' | 'pause'
}

const TARGET = 0
const NAME = 1
const VALUE = 2

/** Largest head that is read, bytes; an ALB allows 64 KB of request header fields and 16 KB for a request line. */
export const MAX_HEAD_BYTES = 81_920

/**
 * Reads HTTP/1.1 messages with llhttp. Feed it what the socket gives; it calls its listener while it reads. Bodies are
 * passed on as slices of the chunk that was fed: nothing is copied.
 *
 * @throws ParseError from `execute` and `finish` when the bytes are not HTTP, or ambiguous
 */
export class Http1Parser implements ParserCallbacks {
  readonly #parser: number
  readonly #kind: 'request' | 'response'
  readonly #listener: MessageListener
  #chunk: Buffer = Buffer.alloc(0)
  #base = 0
  #rest: Buffer | undefined
  #target = ''
  #headers: string[] = []
  /** Parts of the head in the present chunk: kind, place, length. */
  readonly #spans: number[] = []
  #inValue = false
  #headBytes = 0
  #paused = false
  #freed = false
  #executing = false
  #failure: unknown

  constructor(kind: 'request' | 'response', listener: MessageListener) {
    this.#kind = kind
    this.#listener = listener
    this.#parser = llhttp.llhttp_alloc(kind === 'request' ? REQUEST : RESPONSE)
  }

  /** Reads a chunk; while paused it is kept. */
  execute(chunk: Buffer): void {
    if (this.#freed) return
    if (this.#paused) {
      this.#rest = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
      return
    }
    const base = copyIn(chunk)
    this.#executing = true
    try {
      this.#chunk = chunk
      this.#base = base
      const code = execute(this, this.#parser, base, chunk.length)
      // A head that goes on in the next chunk: this one will be gone by then.
      if (this.#spans.length > 0) this.#collect()
      if (this.#failure !== undefined) throw this.#failure
      if (code !== 0 && !this.#freed) this.#stopped(code, chunk, base)
    } finally {
      llhttp.free(base)
      this.#executing = false
      if (this.#freed) this.#release()
    }
    if (this.#rest && !this.#paused) this.#continue()
  }

  /** Bytes kept for `resume`: a sign to stop reading from a peer that sends ahead without end. */
  get heldBytes(): number {
    return this.#rest?.length ?? 0
  }

  /** Goes on after `onComplete` answered `pause`. */
  resume(): void {
    if (!this.#paused || this.#freed) return
    this.#paused = false
    llhttp.llhttp_resume(this.#parser)
    if (!this.#executing) this.#continue()
  }

  /** What was read beyond the message after which `onComplete` answered `pause`; it is no longer this parser's. */
  takeRest(): Buffer {
    const rest = this.#rest ?? Buffer.alloc(0)
    this.#rest = undefined
    return rest
  }

  /** The peer closed: an unfinished message that ends by closing is complete, any other is an error. */
  finish(): void {
    if (this.#freed || this.#paused) return
    if (finish(this, this.#parser) !== 0) throw this.#error()
  }

  /** Gives the parser's memory back and calls nobody any more; calling it from a callback is allowed. */
  free(): void {
    if (this.#freed) return
    this.#freed = true
    if (!this.#executing) this.#release()
  }

  onUrl(at: number, length: number): number {
    this.#spans.push(TARGET, at - this.#base, length)
    return this.#count(length)
  }

  onHeaderField(at: number, length: number): number {
    this.#spans.push(NAME, at - this.#base, length)
    return this.#count(length)
  }

  onHeaderValue(at: number, length: number): number {
    this.#spans.push(VALUE, at - this.#base, length)
    return this.#count(length)
  }

  onHeadersComplete(status: number, upgrade: boolean, keepAlive: boolean): number {
    this.#collect()
    // A field without a value has no callback of its own for it.
    if (this.#headers.length % 2 === 1) this.#headers.push('')
    trimValues(this.#headers)
    if (this.#kind === 'request' && !this.#accepts()) return -1
    const head: MessageHead = {
      method: this.#kind === 'request' ? (METHODS[llhttp.llhttp_get_method(this.#parser)] ?? '') : '',
      target: this.#target,
      status,
      minorVersion: llhttp.llhttp_get_http_minor(this.#parser),
      headers: this.#headers,
      keepAlive,
      upgrade,
    }
    this.#target = ''
    this.#headers = []
    this.#inValue = false
    this.#headBytes = 0
    return this.#guard(() => (this.#listener.onHead(head) === 'noBody' ? 1 : 0))
  }

  onBody(at: number, length: number): number {
    const start = at - this.#base
    return this.#guard(() => {
      this.#listener.onBody(this.#chunk.subarray(start, start + length))
      return 0
    })
  }

  onMessageComplete(): number {
    // Trailer fields were collected like header fields: they must not become the next message's.
    this.#spans.length = 0
    this.#headers = []
    this.#inValue = false
    this.#headBytes = 0
    return this.#guard(() => {
      if (this.#listener.onComplete() === 'continue' || this.#freed) return 0
      this.#paused = true
      return PAUSED
    })
  }

  #continue(): void {
    const rest = this.#rest
    this.#rest = undefined
    if (rest && rest.length > 0) this.execute(rest)
  }

  #stopped(code: number, chunk: Buffer, base: number): void {
    const left = chunk.subarray(llhttp.llhttp_get_error_pos(this.#parser) - base)
    if (code === PAUSED) {
      this.#rest = this.#rest ? Buffer.concat([left, this.#rest]) : left
      // The answer was complete before the request's last callback returned: nothing to wait for.
      if (!this.#paused) llhttp.llhttp_resume(this.#parser)
      return
    }
    if (code === PAUSED_UPGRADE) {
      llhttp.llhttp_resume_after_upgrade(this.#parser)
      this.#rest = left
      return
    }
    throw this.#error()
  }

  // An exception must not unwind through the WebAssembly frames: it is kept and thrown by `execute`.
  #guard(action: () => number): number {
    if (this.#freed) return PAUSED
    try {
      const result = action()
      return this.#freed ? PAUSED : result
    } catch (error) {
      this.#failure = error
      return -1
    }
  }

  #count(length: number): number {
    this.#headBytes += length
    return this.#headBytes > MAX_HEAD_BYTES ? -1 : 0
  }

  // One text of the whole head, cut into its parts: to ask for each of them would cost more than to read it.
  #collect(): void {
    const spans = this.#spans
    const from = spans[1] ?? 0
    const to = (spans.at(-2) ?? 0) + (spans.at(-1) ?? 0)
    const text = this.#chunk.toString('latin1', from, to)
    for (let index = 0; index < spans.length; index += 3) {
      const start = (spans[index + 1] ?? 0) - from
      this.#add(spans[index], text.slice(start, start + (spans[index + 2] ?? 0)))
    }
    spans.length = 0
  }

  // A part that is split between chunks comes in pieces.
  #add(kind: number | undefined, text: string): void {
    const headers = this.#headers
    if (kind === TARGET) {
      this.#target += text
      return
    }
    const begins = (kind === VALUE) !== this.#inValue || headers.length === 0
    if (begins) headers.push(text)
    else headers[headers.length - 1] += text
    this.#inValue = kind === VALUE
  }

  // What llhttp lets through and another server could read in another way.
  #accepts(): boolean {
    this.#failure = refusalOf({
      method: METHODS[llhttp.llhttp_get_method(this.#parser)] ?? '',
      target: this.#target,
      major: llhttp.llhttp_get_http_major(this.#parser),
      minor: llhttp.llhttp_get_http_minor(this.#parser),
      headers: this.#headers,
    })
    return this.#failure === undefined
  }

  #error(): ParseError {
    const reason = this.#reason()
    return new ParseError(reason, /version/i.test(reason) ? 505 : 400)
  }

  #reason(): string {
    if (this.#headBytes > MAX_HEAD_BYTES) return 'the header fields are too large'
    const at = llhttp.llhttp_get_error_reason(this.#parser)
    if (at === 0) return 'malformed message'
    const bytes = new Uint8Array(llhttp.memory.buffer, at)
    return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString('latin1')
  }

  #release(): void {
    llhttp.llhttp_free(this.#parser)
  }
}

// llhttp leaves the white space behind a value; RFC 9110, section 5.5, doesn't count it.
function trimValues(headers: HeaderList): void {
  for (let index = 1; index < headers.length; index += 2) {
    const value = headers[index] ?? ''
    const last = value.charCodeAt(value.length - 1)
    if (last === 32 || last === 9) headers[index] = value.trimEnd()
  }
}
