/** What a TLS client says first, as far as it decides what it is shown. */
export interface ClientHello {
  /** In lower case. */
  readonly serverName: string | undefined
  /** Of ALPN, in the client's order; empty when it names none. */
  readonly protocols: readonly string[]
}

const HANDSHAKE = 0x16
const CLIENT_HELLO = 1
const SERVER_NAME = 0
const ALPN = 16

/** First byte of a TLS connection. RFC 8446, section 5.1. */
export const TLS_FIRST_BYTE = HANDSHAKE

/**
 * Reads the first message of a TLS connection without taking anything from it. Protocol versions, certificate and ALPN of
 * the answer follow from the name, and OpenSSL asks for the name too late to change the versions.
 *
 * @returns `incomplete` when more bytes are needed, `malformed` when it is no ClientHello
 * @see RFC 8446, section 4.1.2; RFC 6066, section 3; RFC 7301
 */
export function readClientHello(bytes: Buffer): ClientHello | 'incomplete' | 'malformed' {
  const message = handshakeMessage(bytes)
  if (typeof message === 'string') return message
  try {
    return fieldsOf(new Reader(message))
  } catch (error) {
    if (error instanceof RangeError) return 'malformed'
    throw error
  }
}

// The handshake message, which may be spread over several records.
function handshakeMessage(bytes: Buffer): Buffer | 'incomplete' | 'malformed' {
  const parts: Buffer[] = []
  let have = 0
  for (let at = 0; at + 5 <= bytes.length; ) {
    if (bytes[at] !== HANDSHAKE) return 'malformed'
    const length = bytes.readUInt16BE(at + 3)
    const part = bytes.subarray(at + 5, at + 5 + length)
    parts.push(part)
    have += part.length
    const whole = have >= 4 ? Buffer.concat(parts) : undefined
    if (whole && whole[0] !== CLIENT_HELLO) return 'malformed'
    if (whole && have >= 4 + whole.readUIntBE(1, 3)) return whole.subarray(4, 4 + whole.readUIntBE(1, 3))
    if (part.length < length) return 'incomplete'
    at += 5 + length
  }
  return 'incomplete'
}

function fieldsOf(hello: Reader): ClientHello {
  hello.skip(2 + 32)
  hello.skip(hello.number(1))
  hello.skip(hello.number(2))
  hello.skip(hello.number(1))
  let serverName: string | undefined
  let protocols: readonly string[] = []
  if (hello.left === 0) return { serverName, protocols }
  const extensions = hello.part(hello.number(2))
  while (extensions.left > 0) {
    const type = extensions.number(2)
    const content = extensions.part(extensions.number(2))
    if (type === SERVER_NAME && content.left > 0) serverName = serverNameIn(content.part(content.number(2)))
    if (type === ALPN) protocols = protocolsIn(content.part(content.number(2)))
  }
  return { serverName, protocols }
}

function serverNameIn(names: Reader): string | undefined {
  while (names.left > 0) {
    const type = names.number(1)
    const name = names.part(names.number(2)).text()
    if (type === 0) return name.toLowerCase()
  }
  return undefined
}

function protocolsIn(list: Reader): readonly string[] {
  const protocols: string[] = []
  while (list.left > 0) protocols.push(list.part(list.number(1)).text())
  return protocols
}

/** Reads forward; beyond the end it throws Node's RangeError. */
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  number(size: 1 | 2): number {
    const value = this.#bytes.readUIntBE(this.#at, size)
    this.#at += size
    return value
  }

  skip(size: number): void {
    if (size > this.left) throw new RangeError('the message ends too soon')
    this.#at += size
  }

  part(size: number): Reader {
    const from = this.#at
    this.skip(size)
    return new Reader(this.#bytes.subarray(from, this.#at))
  }

  text(): string {
    return this.#bytes.toString('latin1')
  }
}
