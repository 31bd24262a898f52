/**
 * The value of the X.509 extension "name constraints" (RFC 5280, 4.2.1.10) in DER: an authority with it can vouch for
 * these DNS names, the names below them and loopback addresses, and for nothing else. Written here because the X.509
 * library has no class for it.
 *
 * @param names DNS names; each stands for itself and its subdomains
 */
export function permittedSubtrees(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const bases = [
    ...names.map(name => der(CONTEXT_DNS_NAME, new TextEncoder().encode(name))),
    ...LOOPBACK.map(range => der(CONTEXT_IP_ADDRESS, range)),
  ]
  const subtrees = bases.map(base => der(SEQUENCE, base))
  return der(SEQUENCE, der(CONTEXT_PERMITTED, ...subtrees))
}

const SEQUENCE = 0x30
const CONTEXT_PERMITTED = 0xa0
const CONTEXT_DNS_NAME = 0x82
const CONTEXT_IP_ADDRESS = 0x87

// Address, then mask: 127.0.0.0/8 and ::1/128. Without them any IP address would be allowed.
const LOOPBACK = [
  Uint8Array.of(127, 0, 0, 0, 255, 0, 0, 0),
  Uint8Array.of(...new Array<number>(15).fill(0), 1, ...new Array<number>(16).fill(255)),
]

function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = contents.reduce((sum, content) => sum + content.length, 0)
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Uint8Array.from([tag, ...length, ...contents.flatMap(content => [...content])])
}
