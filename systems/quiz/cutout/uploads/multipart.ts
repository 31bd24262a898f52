import { Problem } from '@terrace/service/plain'

const FIELD = 'picture'
const END_OF_LINE = Buffer.from('\r\n')
const END_OF_HEADERS = Buffer.from('\r\n\r\n')
/** More headers than that has no part. */
const MOST_HEADER_BYTES = 16_384
const MOST_PARTS = 50

/**
 * The content of the field `picture` in a form.
 *
 * @param contentType  of the request, with its boundary
 * @returns a view of the body, nothing copied
 * @throws Problem 400 when it is no such form or has no such field
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export function pictureOfForm(body: Uint8Array<ArrayBuffer>, contentType: string): Uint8Array<ArrayBuffer> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw malformed('its content type names no boundary')
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  // The first delimiter has no line before it.
  let at = bytes.indexOf(delimiter.subarray(2))
  if (at < 0) throw malformed('its boundary is not in it')
  at += delimiter.length - 2
  for (let parts = 0; parts < MOST_PARTS && bytes.subarray(at, at + 2).equals(END_OF_LINE); parts++) {
    const headersEnd = bytes.indexOf(END_OF_HEADERS, at)
    const contentEnd = bytes.indexOf(delimiter, at)
    if (contentEnd < 0 || headersEnd < 0 || headersEnd > contentEnd || headersEnd - at > MOST_HEADER_BYTES)
      throw malformed('a part of it has no end')
    const start = headersEnd + END_OF_HEADERS.length
    if (nameOf(bytes.toString('latin1', at, headersEnd)) === FIELD)
      return body.subarray(start, Math.max(start, contentEnd))
    at = contentEnd + delimiter.length
  }
  throw new Problem(400, `The form has no field ${FIELD}`)
}

const nameOf = (headers: string): string | undefined => {
  const [, quoted, plain] =
    /^content-disposition:\s*form-data\b[^\r\n]*?;\s*name=(?:"([^"]*)"|([^\s;"]+))/im.exec(headers) ?? []
  return quoted ?? plain
}

const malformed = (why: string): Problem => new Problem(400, `The form can't be read: ${why}`)
