import { isIP } from 'node:net'

/** Where a connection inside the VPC comes from, as its sender announced it. */
export interface Announced {
  readonly address: string
  readonly port: number
  /** What followed the line. */
  readonly rest: Buffer
}

/** Longest line of version 1, with its end. */
const LONGEST_LINE = 107

/**
 * Reads the line with which every connection to a balancer's node begins inside the VPC: there is no address on a Unix
 * socket, so that whoever made the connection says which one it has in the network.
 *
 * @returns `incomplete` when more bytes are needed, `malformed` when it is no such line
 * @see "The PROXY protocol", version 1
 */
export function readProxyLine(bytes: Buffer): Announced | 'incomplete' | 'malformed' {
  const end = bytes.subarray(0, LONGEST_LINE).indexOf('\r\n')
  if (end < 0) return bytes.length >= LONGEST_LINE || !couldBegin(bytes) ? 'malformed' : 'incomplete'
  const match = /^PROXY TCP([46]) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/.exec(bytes.toString('latin1', 0, end))
  if (!match) return 'malformed'
  const [, family, address = '', to = '', port, toPort] = match
  if (
    isIP(address) !== Number(family) ||
    isIP(to) !== Number(family) ||
    Number(port) > 65_535 ||
    Number(toPort) > 65_535
  )
    return 'malformed'
  return { address, port: Number(port), rest: bytes.subarray(end + 2) }
}

const couldBegin = (bytes: Buffer): boolean => {
  const start = 'PROXY TCP'
  const text = bytes.toString('latin1', 0, start.length)
  return start.startsWith(text) || text.startsWith(start)
}
