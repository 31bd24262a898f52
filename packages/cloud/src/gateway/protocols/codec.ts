import type { Operation } from '../api.ts'
import type { AwsError } from '../errors.ts'
import type { GatewayRequest } from '../request.ts'
import type { StreamedAnswer } from './event-stream.ts'

/** A whole answer; these protocols have none that is too long for memory. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What a request asks for. */
export interface WireCall {
  /** As the client spelled it. */
  readonly name: string
  /** Absent when the service's table has no such operation. */
  readonly operation: Operation | undefined
  readonly input: unknown
}

/** How one API reads requests and writes answers. */
export interface Codec {
  /** Whether the request is meant for this API; two APIs can share a signing name. */
  accepts(request: GatewayRequest, body: Buffer): boolean
  /** @throws CommonError when the body can't be read */
  read(request: GatewayRequest, body: Buffer): WireCall
  success(name: string, output: unknown, requestId: string): WireAnswer | StreamedAnswer
  failure(error: AwsError, requestId: string): WireAnswer
}
