import type MimeNode from 'nodemailer/lib/mime-node'

const END = '\r\n'

/**
 * Writes a message of texts in memory. Nodemailer's own writer makes a dozen streams for it, which costs more than everything
 * else that happens to a mail; what is written is the same, byte for byte. Not for large attachments: they are held several
 * times.
 */
export async function mimeWriter(): Promise<(message: MimeNode) => Buffer> {
  const [qp, base64] = await Promise.all([import('nodemailer/lib/qp'), import('nodemailer/lib/base64')])

  const encoded = (content: string | Buffer, encoding: string | false): string | Buffer => {
    if (encoding === 'quoted-printable') return qp.wrap(qp.encode(content), LINE)
    if (encoding === 'base64') return base64.wrap(base64.encode(content), LINE)
    return content
  }
  const partsOf = (node: MimeNode): readonly (string | Buffer)[] => {
    const { content } = node
    if (content !== undefined && typeof content !== 'string' && !Buffer.isBuffer(content)) {
      throw new Error(`a part of a mail is ${typeof content}, not text or bytes`)
    }
    const encoding = node.getTransferEncoding()
    const own = [node.buildHeaders(), END, END, ...(content ? [encoded(content, encoding)] : [])]
    if (!node.multipart) return own
    const children = node.childNodes.flatMap((child, index) => [
      `${index > 0 ? END : ''}--${node.boundary}${END}`,
      ...partsOf(child),
    ])
    return [...own, ...children, `${END}--${node.boundary}--${END}`]
  }
  return message => {
    const bytes = Buffer.concat(partsOf(message).map(part => (typeof part === 'string' ? Buffer.from(part) : part)))
    const last = bytes.at(-1)
    return last === LF ? bytes : Buffer.concat([bytes, Buffer.from(last === CR ? '\n' : END)])
  }
}

/** Characters of a line at most. RFC 2045, 6.7 and 6.8. */
const LINE = 76

const CR = 0x0d
const LF = 0x0a
