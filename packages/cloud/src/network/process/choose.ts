// Loaded into workloads: imports nothing outside this folder.
import type { LiveView } from './live-view.ts'
import type { Reach } from './view.ts'

/** How long Node tries one address of several before the next, in milliseconds. */
const ATTEMPT_TIMEOUT = 250

/** What becomes of a connection to a name with these addresses. */
export type Choice =
  | {
      readonly kind: 'connect'
      readonly address: string
      readonly socket: string
      /** Absent: the own loopback, where no rule is asked. */
      readonly reach?: Reach
      /** Milliseconds that addresses before it were tried in vain, and that a fault adds to the handshake. */
      readonly after: number
      readonly silent: readonly string[]
    }
  | { readonly kind: 'silence'; readonly silent: readonly string[] }
  | { readonly kind: 'failed'; readonly code: 'ECONNREFUSED' | 'ENETUNREACH'; readonly address: string }

/**
 * Tries addresses in their order, as Node does when a name has several: one that keeps silent for 250 ms is left for the
 * next one. @see Node.js documentation, `net.setDefaultAutoSelectFamilyAttemptTimeout`
 *
 * @param folder  of the own interface
 * @param exists  whether somebody listens there
 */
export function choose(
  view: LiveView,
  addresses: readonly string[],
  port: number,
  folder: string,
  exists: (socket: string) => boolean,
): Choice {
  const silent: string[] = []
  let failed: Extract<Choice, { kind: 'failed' }> | undefined
  for (const address of addresses) {
    const way = view.wayTo(address, port)
    if (way.kind === 'silence') silent.push(address)
    if (way.kind === 'unreachable') failed ??= { kind: 'failed', code: 'ENETUNREACH', address }
    if (way.kind !== 'open' && way.kind !== 'loopback') continue
    const sockets = way.kind === 'open' ? [way.socket] : [`${folder}/lo-${port}`, `${folder}/${port}`]
    const socket = sockets.find(exists)
    const reach = way.kind === 'open' ? way.reach : undefined
    const after = silent.length * ATTEMPT_TIMEOUT + (reach?.delay?.[0] ?? 0) * 2
    if (socket !== undefined) return { kind: 'connect', address, socket, after, silent, ...(reach ? { reach } : {}) }
    failed = { kind: 'failed', code: 'ECONNREFUSED', address }
  }
  return silent.length === 0 && failed ? failed : { kind: 'silence', silent }
}

/** The line that tells a listener where a connection is from. @see "The PROXY protocol", version 1 */
export const proxyLine = (source: string, target: string, sourcePort: number, targetPort: number): string =>
  `PROXY TCP4 ${source} ${target} ${sourcePort} ${targetPort}\r\n`

/** What the target sees as the source of a connection. */
export const sourceOf = ({ own }: LiveView, { source }: Reach): string =>
  source === 'public' ? (own.publicIp ?? own.address) : (source ?? own.address)

/** Hands out the ports that connections come from, those of Linux. */
export class SourcePorts {
  #next: number

  /** @param start  in [0, 1) */
  constructor(start: number) {
    this.#next = 32_768 + Math.floor(start * 28_232)
  }

  take(): number {
    this.#next = this.#next >= 60_999 ? 32_768 : this.#next + 1
    return this.#next
  }
}

/** The addresses from another one on each time, as DNS answers. */
export class Rotation {
  #turn = 0

  order(addresses: readonly string[]): readonly string[] {
    if (addresses.length < 2) return addresses
    const start = this.#turn++ % addresses.length
    return [...addresses.slice(start), ...addresses.slice(0, start)]
  }
}
