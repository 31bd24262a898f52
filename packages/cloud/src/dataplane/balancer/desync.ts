import { getHeader } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'

/** How far a request departs from RFC 7230, and in which way, in the words of the access log. */
export interface DesyncFinding {
  readonly classification: 'Acceptable' | 'Ambiguous'
  readonly reason: string
}

/**
 * Looks for what a request smuggler would use and the parser lets through. What AWS calls severe never comes here: it is
 * refused in every mode.
 *
 * @see ELB User Guide for Application Load Balancers, "Desync mitigation mode" and "Classification reasons".
 *   differs: severe requests are refused in the mode `monitor`, too; so are several lengths and Content-Length beside
 *   Transfer-Encoding, which AWS calls ambiguous
 */
export function desyncFinding({ method, headers, minorVersion }: MessageHead): DesyncFinding | undefined {
  if (method === 'GET' || method === 'HEAD') {
    const length = getHeader(headers, 'content-length')
    if (length !== undefined && Number(length) === 0) return acceptable('GetHeadZeroContentLength')
    if (length !== undefined) return ambiguous('UndefinedContentLengthSemantics')
    if (getHeader(headers, 'transfer-encoding') !== undefined) return ambiguous('UndefinedTransferEncodingSemantics')
  }
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? ''
    const value = headers[index + 1] ?? ''
    if (SUSPICIOUS.test(name)) return ambiguous('SuspiciousHeader')
    if (NOT_ASCII.test(value)) return acceptable('NonCompliantHeader')
  }
  return minorVersion > 1 ? acceptable('NonCompliantVersion') : undefined
}

// Spellings that some servers take for the fields that give a body its length.
const SUSPICIOUS = /^(?:content[_.]length|transfer[_.]encoding)$/i
const NOT_ASCII = /[^\t\x20-\x7e]/

const acceptable = (reason: string): DesyncFinding => ({ classification: 'Acceptable', reason })
const ambiguous = (reason: string): DesyncFinding => ({ classification: 'Ambiguous', reason })
