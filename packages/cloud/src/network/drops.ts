import type { JournalNote } from '../journal.ts'
import type { Network, NetworkInterface } from './network.ts'

/** A connection that somebody tried and that stays silent. */
export interface DroppedConnection {
  /** The name or address that the application asked for. */
  readonly host: string
  /** What the name stood for. */
  readonly address: string
  readonly port: number
  /** The rule or route that is missing, as a sentence without a full stop. */
  readonly because: string
}

/** Looks for what was in the way of a connection that was dropped a moment ago. */
export function dropOf(
  network: Network,
  from: NetworkInterface,
  dropped: { readonly host: string; readonly address: string; readonly port: number },
): DroppedConnection {
  const verdict = network.decide(from, dropped.address, dropped.port)
  return { ...dropped, because: verdict.kind === 'dropped' ? verdict.because : 'it is allowed by now' }
}

/** The line of the journal: who gets no answer from where, and why. */
export function droppedNote(from: NetworkInterface, { host, address, port, because }: DroppedConnection): JournalNote {
  const where = host === address ? `${host}:${port}` : `${host}:${port} (${address})`
  return {
    kind: 'network.dropped',
    message: `${from.owner} gets no answer from ${where}: ${because}`,
    details: { interface: from.id, owner: from.owner, zone: from.zone, host, address, port, because },
  }
}
