import { timestamp } from '../../../gateway/time.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { keyOf, type ServiceId, serviceIdOf } from './service-id.ts'
import { below, endOf, type Segment, type Trace } from './trace.ts'

/** What was counted of the requests to a service, or over an edge. Times in seconds. */
class Tally {
  readonly outcomes: Record<Outcome, number> = { ok: 0, error: 0, throttle: 0, fault: 0 }
  readonly times = new Map<number, number>()
  total = 0
  first = Number.POSITIVE_INFINITY
  last = Number.NEGATIVE_INFINITY

  add(segment: Segment): void {
    const time = endOf(segment) - segment.start_time
    this.outcomes[outcomeOf(segment)]++
    this.total += time
    const rounded = Math.round(time * 1000) / 1000
    this.times.set(rounded, (this.times.get(rounded) ?? 0) + 1)
    this.first = Math.min(this.first, segment.start_time)
    this.last = Math.max(this.last, endOf(segment))
  }

  get statistics() {
    const { ok, error, throttle, fault } = this.outcomes
    return {
      OkCount: ok,
      ErrorStatistics: { ThrottleCount: throttle, OtherCount: error, TotalCount: throttle + error },
      FaultStatistics: { OtherCount: fault, TotalCount: fault },
      TotalCount: ok + error + throttle + fault,
      TotalResponseTime: this.total,
    }
  }

  get histogram() {
    return [...this.times].sort(([a], [b]) => a - b).map(([Value, Count]) => ({ Value, Count }))
  }
}

interface Vertex {
  readonly id: ServiceId
  readonly reference: number
  isRoot: boolean
  readonly tally: Tally
  readonly edges: Map<Vertex, Tally>
}

/**
 * The services of some traces and who called whom; in front of what nobody called stands a client.
 *
 * differs: response times are in histograms exactly, to the millisecond
 * @see AWS X-Ray API Reference, Service, Edge
 */
export function graphOf(traces: readonly Trace[]) {
  const vertices = new Map<string, Vertex>()
  const vertexOf = (id: ServiceId): Vertex => {
    const key = keyOf(id)
    const known = vertices.get(key)
    if (known) return known
    const vertex = { id, reference: vertices.size, isRoot: false, tally: new Tally(), edges: new Map<Vertex, Tally>() }
    vertices.set(key, vertex)
    return vertex
  }
  for (const { segments } of traces) {
    const owners = new Map(segments.flatMap(owner => [owner, ...below(owner)].map(({ id }) => [id, owner] as const)))
    for (const segment of segments) {
      const vertex = vertexOf(serviceIdOf(segment))
      vertex.tally.add(segment)
      const caller = segment.parent_id === undefined ? undefined : owners.get(segment.parent_id)
      if (!caller) vertex.isRoot = true
      const from = vertexOf(
        caller ? serviceIdOf(caller) : { Name: segment.name, Names: [segment.name], Type: 'client' },
      )
      if (!caller) from.tally.add(segment)
      const edge = from.edges.get(vertex) ?? new Tally()
      edge.add(segment)
      from.edges.set(vertex, edge)
    }
  }
  return [...vertices.values()].map(describe)
}

function describe({ id, reference, isRoot, tally, edges }: Vertex) {
  const isClient = id.Type === 'client'
  return {
    ReferenceId: reference,
    ...id,
    ...(isRoot ? { Root: true } : {}),
    State: 'active',
    StartTime: timestamp(tally.first * 1000),
    EndTime: timestamp(tally.last * 1000),
    Edges: [...edges].map(([to, over]) => ({
      ReferenceId: to.reference,
      StartTime: timestamp(over.first * 1000),
      EndTime: timestamp(over.last * 1000),
      SummaryStatistics: over.statistics,
      ResponseTimeHistogram: over.histogram,
      Aliases: [],
    })),
    ...(isClient
      ? {}
      : {
          SummaryStatistics: tally.statistics,
          DurationHistogram: tally.histogram,
          ResponseTimeHistogram: tally.histogram,
        }),
  }
}
