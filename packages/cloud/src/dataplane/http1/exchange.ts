import type { Duplex } from 'node:stream'
import type { HeaderList } from './headers.ts'
import type { MessageHead } from './parser.ts'

/** Who sent a request, and how. */
export interface Client {
  readonly address: string
  readonly port: number
  /** Over TLS, or at an entry that stands for TLS. */
  readonly secure: boolean
  /** Plain bytes at an entry that stands for TLS. */
  readonly plain: boolean
  /** The port as the system knows it: 443 or 80, whatever this machine listens on. */
  readonly entryPort: number
  /** What TLS negotiated, for logs. */
  readonly tls?: {
    readonly version: string
    readonly cipher: string
    readonly serverName: string | undefined
    /** ARN of the certificate that was shown, where it has one. */
    readonly certificate?: string
  }
  /** The requests of the connection come by HTTP/2. */
  readonly http2?: true
}

/** Takes the request's body as it comes. */
export interface BodyListener {
  onBody(chunk: Buffer): void
  onEnd(): void
  /** The client went away. */
  onAbort(): void
}

/**
 * One request and its answer. The body of the request comes to the listener of `readBody`; the answer is started once,
 * written to and ended. Its framing is the exchange's own concern.
 */
export interface Exchange {
  readonly request: MessageHead
  readonly client: Client
  /** Bytes of body announced; `chunked` when unknown; 0 without a body. */
  readonly bodyLength: number | 'chunked'
  /** Bytes of the request that have come: head and body. */
  readonly received: number
  /** The whole request has come. */
  readonly complete: boolean
  /** Starts the flow of the body. What isn't read is thrown away when the answer has ended. */
  readBody(listener: BodyListener): void
  /** Holds the body back while the receiver can't take more. */
  pauseBody(): void
  resumeBody(): void
  /**
   * Starts the answer. `length` is the body's, or `chunked` when unknown; the framing header fields are written here and
   * must not be in `headers`.
   */
  start(status: number, reason: string, headers: HeaderList, length: number | 'chunked'): void
  /** @returns false when the client is slower than the writer: wait for `onDrain` */
  write(chunk: Buffer): boolean
  end(): void
  /** Sends what was started and not yet written; called once at the end of each turn of reading. */
  flush(): void
  /** Cuts the connection: the answer can't be completed. */
  abort(): void
  /** The connection ends with this answer. */
  closeAfter(): void
  /**
   * Hands the connection over for another protocol, with what has been read beyond the request; the exchange is over.
   * Nothing where requests share their connection.
   */
  takeOver(): { readonly socket: Duplex; readonly rest: Buffer } | undefined
  /** Changes the header fields of the answer before they are sent. */
  rewrite: ((headers: HeaderList) => void) | undefined
  onDrain: (() => void) | undefined
  /** The client went away before the answer was complete. */
  onClose: (() => void) | undefined
  /** The answer is complete, or never will be. */
  onDone: ((bytesSent: number) => void) | undefined
}

/** Answers requests. */
export type Handler = (exchange: Exchange) => void

/** A whole answer in one go. */
export function respond(
  exchange: Exchange,
  status: number,
  reason: string,
  headers: HeaderList,
  body: Buffer | string,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  exchange.start(status, reason, headers, bytes.length)
  if (bytes.length > 0) exchange.write(bytes)
  exchange.end()
  exchange.flush()
}
