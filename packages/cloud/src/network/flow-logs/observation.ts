import type { Instant } from '@terrace/kit'
import type { Flow, Network, NetworkInterface } from '../network.ts'
import type { VpcNetwork } from '../vpc-network.ts'

/** What one interface saw of a flow in one direction: a row of a flow log before it is summed up. */
export interface Observation {
  readonly at: NetworkInterface
  readonly direction: 'ingress' | 'egress'
  /** As the log shows it: the interface's own side always has its primary private address. */
  readonly source: string
  readonly destination: string
  /** As the packets themselves have it, where a NAT gateway is on the way. */
  readonly packetSource: string
  readonly packetDestination: string
  readonly sourcePort: number
  readonly destinationPort: number
  readonly packets: number
  readonly bytes: number
  readonly accepted: boolean
  /** SYN 2, SYN-ACK 18, FIN 1, or-ed. */
  readonly tcpFlags: number
  /** How traffic leaves, for egress: 1 inside the VPC, 7 by a gateway endpoint, 8 by an internet gateway. */
  readonly trafficPath?: 1 | 7 | 8
  readonly startedAt: Instant
  readonly endedAt: Instant
}

/** Bytes of payload that fit in one packet of 1,500, and what the headers of each need. */
const SEGMENT_BYTES = 1_448
const HEADER_BYTES = 52
/** A packet that asks for a connection. */
const SYN_BYTES = 60

/** What the observations need of the network. */
export type ObservedNetwork = Network & Pick<VpcNetwork, 'crossing'>

/** One way of a flow, from end to end. */
interface Ends {
  readonly source: string
  readonly destination: string
  readonly sourcePort: number
  readonly destinationPort: number
}

/**
 * What every interface on the way of a flow saw: source, NAT gateway, target; the answers as flows of their own. A denied
 * flow is seen up to where it was denied; a denied answer by who sent it and by who didn't get it.
 *
 * differs: packets are reckoned from bytes; a target sees the client's own ports behind a NAT gateway
 *
 * @see VPC User Guide, "Flow log record examples"
 */
export function observe(network: ObservedNetwork, flow: Flow): Observation[] {
  const { from, address } = flow
  const crossing = network.crossing(from, address, flow.port)
  const target = network.interfaces().find(each => each.address === address || each.publicIp === address)
  const stage = flow.accepted ? undefined : (crossing.obstacles[0]?.stage ?? 'route')
  const there = { sourcePort: flow.fromPort, destinationPort: flow.port }
  const back = { sourcePort: flow.port, destinationPort: flow.fromPort }
  const out = (source: string, destination: string): Ends => ({ source, destination, ...there })
  const answer = (source: string, destination: string): Ends => ({ source, destination, ...back })
  const rows: Observation[] = []
  const add = (at: NetworkInterface, way: Ends, more: Partial<Observation> & Pick<Observation, 'direction'>) =>
    rows.push(row(at, way, flow, more))

  const path = crossing.endpoint === undefined ? (crossing.source === 'public' ? 8 : 1) : 7
  add(from, out(from.address, address), { direction: 'egress', accepted: stage !== 'egress', trafficPath: path })
  if (stage === 'egress' || stage === 'route') return rows

  const { nat } = crossing
  if (nat && flow.accepted) {
    const original = { packetSource: from.address, packetDestination: address }
    add(nat, out(from.address, nat.address), { direction: 'ingress', ...original })
    add(nat, out(nat.address, address), { direction: 'egress', trafficPath: 8 })
  }
  const seen = nat?.publicIp ?? (crossing.source === 'public' ? (from.publicIp ?? from.address) : from.address)
  if (target) add(target, out(seen, target.address), { direction: 'ingress', accepted: stage !== 'ingress' })
  if (stage === 'ingress') return rows

  const accepted = stage !== 'replyEgress'
  if (target)
    add(target, answer(target.address, seen), { direction: 'egress', accepted, trafficPath: path === 8 ? 8 : 1 })
  if (stage === 'replyEgress') return rows
  if (nat && flow.accepted) {
    const original = { packetSource: address, packetDestination: from.address }
    add(nat, answer(address, nat.address), { direction: 'ingress' })
    add(nat, answer(nat.address, from.address), { direction: 'egress', trafficPath: 1, ...original })
  }
  add(from, answer(address, from.address), { direction: 'ingress', accepted: stage !== 'replyIngress' })
  return rows
}

function row(
  at: NetworkInterface,
  way: Ends,
  flow: Flow,
  more: Partial<Observation> & Pick<Observation, 'direction'>,
): Observation {
  const outgoing = way.destinationPort === flow.port && way.sourcePort === flow.fromPort
  const { packets, bytes } = flow.accepted
    ? amount(outgoing ? flow.sent : flow.received, outgoing ? flow.received : flow.sent, flow.part)
    : { packets: 1, bytes: SYN_BYTES }
  return {
    at,
    ...way,
    packetSource: way.source,
    packetDestination: way.destination,
    packets,
    bytes,
    accepted: true,
    tcpFlags: flags(outgoing, flow),
    startedAt: flow.startedAt,
    endedAt: flow.endedAt,
    ...more,
  }
}

// Payload, an acknowledgement for every second packet of the other side, and what opens and closes a connection.
function amount(sent: number, received: number, part: Flow['part']): { packets: number; bytes: number } {
  const data = Math.ceil(sent / SEGMENT_BYTES)
  const acknowledgements = Math.ceil(received / SEGMENT_BYTES / 2)
  const frame = part === 'middle' ? 0 : part === undefined ? 4 : 2
  const packets = data + acknowledgements + frame
  return { packets, bytes: sent + packets * HEADER_BYTES }
}

function flags(outgoing: boolean, { part, accepted }: Flow): number {
  const first = part === undefined || part === 'first'
  const last = accepted && (part === undefined || part === 'last')
  return (first ? (outgoing ? 2 : 18) : 0) | (last ? 1 : 0)
}
