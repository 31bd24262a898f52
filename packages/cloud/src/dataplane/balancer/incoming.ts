import { headersSize } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { absoluteForm } from '../http1/refusals.ts'
import { tooManyForwarded } from './forwarded.ts'
import { MAX_HEADER_BYTES, MAX_REQUEST_HEADERS_BYTES, MAX_REQUEST_LINE_BYTES } from './limits.ts'

/**
 * The status that answers a request whatever the rules say.
 * @see ELB User Guide for Application Load Balancers, "Troubleshoot your Application Load Balancers"
 */
export function refusalOf(request: MessageHead): number | undefined {
  const { method, target, headers } = request
  if (method.length + target.length + 10 > MAX_REQUEST_LINE_BYTES) return 414
  const size = headersSize(headers)
  if (size > MAX_HEADER_BYTES) {
    if (size > MAX_REQUEST_HEADERS_BYTES) return 400
    for (let index = 0; index < headers.length; index += 2) {
      if (headersSize(headers.slice(index, index + 2)) > MAX_HEADER_BYTES) return 400
    }
  }
  if (method === 'TRACE') return 405
  return tooManyForwarded(request) ? 463 : undefined
}

/** The request with its target in origin form: one in absolute form replaces Host. RFC 9112, section 3.2.2. */
export function originForm(request: MessageHead): MessageHead {
  if (request.target.startsWith('/')) return request
  const absolute = absoluteForm(request.target)
  if (!absolute) return request
  const headers = request.headers.slice()
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  if (at >= 0) headers[at + 1] = absolute.host
  else headers.push('Host', absolute.host)
  return { ...request, target: absolute.path, headers }
}
