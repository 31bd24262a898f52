import type { HeaderList } from '../http1/headers.ts'

/** What rules look at of a request. Texts have one character a byte. */
export interface RequestFacts {
  readonly address: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly httpVersion: string
  readonly scheme: string
  readonly headers: HeaderList
  /** The first part of it; empty where no rule asks for it. */
  readonly body: string
  /** There is more of the body than was looked at. */
  readonly bodyIsLonger: boolean
  /** Bytes announced; nothing when unknown. */
  readonly bodyLength: number | undefined
}

/** Bytes of a body that are looked at. @see WAF Developer Guide, "Oversize web request components" */
export const INSPECTED_BODY_BYTES = { REGIONAL: 8192, CLOUDFRONT: 16_384 } as const

/** Of header fields and of cookies: the first 8 KB, and the first 200 of them. */
export const INSPECTED_FIELDS_BYTES = 8192
export const INSPECTED_FIELDS = 200
