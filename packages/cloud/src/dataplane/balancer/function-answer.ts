import { STATUS_CODES } from 'node:http'
import { endToEnd, type HeaderList, headersSize, removeHeader } from '../http1/headers.ts'
import { MAX_FUNCTION_ANSWER_BYTES, MAX_RESPONSE_HEADERS_BYTES } from './limits.ts'

/** What a function wants to be answered. */
export interface FunctionAnswer {
  readonly status: number
  readonly reason: string
  /** Without those that concern one connection alone, and without a length. */
  readonly headers: HeaderList
  readonly body: Buffer
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** What may not stand in a field: RFC 9110, section 5.5. */
const CONTROL = /[^\t -~\x80-\uffff]/
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Reads what a function has returned. Only the members that belong to the group's setting count: `multiValueHeaders` with
 * lists, `headers` without.
 *
 * @see ELB User Guide for Application Load Balancers, "Use Lambda functions as targets of an Application Load Balancer",
 *   "Respond to the load balancer"
 * @returns the reason code of the access log when it can't be used
 */
export function readFunctionAnswer(
  payload: string,
  severalValues: boolean,
): FunctionAnswer | 'LambdaInvalidResponse' | 'LambdaResponseTooLarge' {
  if (Buffer.byteLength(payload) > MAX_FUNCTION_ANSWER_BYTES) return 'LambdaResponseTooLarge'
  const said = objectOf(payload)
  const { statusCode, statusDescription, isBase64Encoded = false, body } = said ?? {}
  const headers = headersOf(severalValues ? said?.multiValueHeaders : said?.headers, severalValues)
  const bytes = bodyOf(body, isBase64Encoded)
  if (!isStatus(statusCode) || !headers || !bytes) return 'LambdaInvalidResponse'
  const kept = endToEnd(headers)
  removeHeader(kept, 'content-length')
  if (headersSize(kept) > MAX_RESPONSE_HEADERS_BYTES) return 'LambdaInvalidResponse'
  return { status: statusCode, reason: reasonOf(statusCode, statusDescription), headers: kept, body: bytes }
}

function objectOf(payload: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(payload)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// An answer in between would leave the client waiting for the real one.
const isStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599

/** Header fields in the function's spelling; nothing when they are not. */
function headersOf(value: unknown, severalValues: boolean): HeaderList | undefined {
  if (value === undefined || value === null) return []
  if (!isRecord(value)) return undefined
  const list: HeaderList = []
  for (const [name, said] of Object.entries(value)) {
    const values: unknown = severalValues ? said : [said]
    if (!TOKEN.test(name) || !Array.isArray(values)) return undefined
    for (const each of values) {
      if (typeof each !== 'string' || CONTROL.test(each)) return undefined
      // Heads are written as Latin-1: one character a byte.
      list.push(name, Buffer.from(each).toString('latin1'))
    }
  }
  return list
}

function bodyOf(body: unknown, isBase64: unknown): Buffer | undefined {
  if (typeof isBase64 !== 'boolean') return undefined
  if (body === undefined || body === null) return Buffer.alloc(0)
  if (typeof body !== 'string') return undefined
  if (!isBase64) return Buffer.from(body)
  return BASE64.test(body) ? Buffer.from(body, 'base64') : undefined
}

/** `OK` of `200 OK`. */
function reasonOf(status: number, description: unknown): string {
  const known = STATUS_CODES[status] ?? ''
  if (typeof description !== 'string') return known
  const text = description.replace(/^\d{3}\s*/, '')
  return /^[ -~]*$/.test(text) ? text : known
}
