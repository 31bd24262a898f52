/** Part of a body: first and last byte, counted from 0. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * Reads a Range header field.
 *
 * @param length  of the whole body, bytes
 * @returns `whole` for what is not understood and for several ranges (`differs:` CloudFront sends a multipart answer)
 * @see RFC 9110, section 14
 */
export function parseRange(header: string, length: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header.replace(/\s/g, ''))
  const [, from = '', to = ''] = match ?? []
  if (match === null || (from === '' && to === '')) return 'whole'
  if (from === '') {
    const suffix = Number(to)
    if (suffix === 0 || length === 0) return 'unsatisfiable'
    return { first: Math.max(0, length - suffix), last: length - 1 }
  }
  const first = Number(from)
  const last = to === '' ? length - 1 : Math.min(Number(to), length - 1)
  if (to !== '' && Number(to) < first) return 'whole'
  return first < length ? { first, last } : 'unsatisfiable'
}
