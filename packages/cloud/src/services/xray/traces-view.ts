import type { TraceEntry, TraceSpan, TraceView } from '@terrace/control'
import { TerraceError } from '@terrace/kit'
import { readTraceId } from '../../tracing/trace-id.ts'
import type { Subsegment } from './traces/document.ts'
import { outcomeOf } from './traces/outcome.ts'
import type { TraceStore } from './traces/store.ts'
import { assemble, endOf, type Segment, type Trace } from './traces/trace.ts'
import type { Traces } from './traces-port.ts'

/** The traces of a store as people look at them. */
export const viewOf = (store: TraceStore): Traces => ({
  list(most) {
    const newest = [...store.all].sort((a, b) => b.received - a.received).slice(0, most)
    return newest
      .flatMap(stored => {
        const trace = assemble(stored)
        return trace ? [entryOf(trace)] : []
      })
      .reverse()
  },
  read(id) {
    const known = readTraceId(id.toLowerCase())
    const stored = known === undefined ? undefined : store.get(known)
    const trace = stored && assemble(stored)
    if (!trace) {
      throw new TerraceError('TRACES_NO_SUCH_TRACE', `there is no trace ${JSON.stringify(id)}`, {
        hint: 'terrace traces lists the newest; an id is such as 1-5759e988-bd862e3fe1be46a994272793',
      })
    }
    return treeOf(trace)
  },
})

function entryOf(trace: Trace): TraceEntry {
  const { id, start, end, root, segments } = trace
  const { method, url } = root.http?.request ?? {}
  const status = root.http?.response?.status
  const outcomes = segments.map(outcomeOf)
  return {
    id,
    at: Math.round(start * 1000),
    milliseconds: round((end - start) * 1000),
    name: root.name,
    services: [...new Set(segments.map(({ name }) => name))],
    spans: segments.filter(({ inferred }) => inferred !== true).reduce((sum, segment) => sum + countOf(segment), 0),
    outcome: outcomes.find(each => each === 'fault') ?? outcomes.find(each => each !== 'ok') ?? 'ok',
    ...(method === undefined ? {} : { method }),
    ...(url === undefined ? {} : { url }),
    ...(status === undefined ? {} : { status }),
  }
}

const countOf = ({ subsegments = [] }: Subsegment): number => subsegments.reduce((sum, each) => sum + countOf(each), 1)

/** The segments that were sent, below what called them. */
function treeOf(trace: Trace): TraceView {
  const sent = trace.segments.filter(({ inferred }) => inferred !== true)
  const placed = new Set<string>()
  const spanOf = (part: Subsegment, service: string): TraceSpan => {
    placed.add(part.id)
    const own = (part.subsegments ?? []).map(each => ({ each, service }))
    const called = sent
      .filter(segment => segment.parent_id === part.id && !placed.has(segment.id))
      .map((each): { each: Subsegment; service: string } => ({ each, service: each.name }))
    const { method, url } = part.http?.request ?? {}
    const status = part.http?.response?.status
    return {
      id: part.id,
      name: part.name,
      service,
      startsAfter: round((part.start_time - trace.start) * 1000),
      milliseconds: round((endOf(part) - part.start_time) * 1000),
      outcome: outcomeOf(part),
      ...(part.in_progress === true ? { running: true } : {}),
      ...(method === undefined ? {} : { method }),
      ...(url === undefined ? {} : { url }),
      ...(status === undefined ? {} : { status }),
      spans: [...own, ...called]
        .sort((a, b) => a.each.start_time - b.each.start_time)
        .map(({ each, service: of }) => spanOf(each, of)),
    }
  }
  const ids = new Set(sent.flatMap(idsOf))
  const isTop = ({ parent_id: parent }: Segment) => parent === undefined || !ids.has(parent)
  return { ...entryOf(trace), tree: sent.filter(isTop).map(segment => spanOf(segment, segment.name)) }
}

const idsOf = (part: Subsegment): readonly string[] => [part.id, ...(part.subsegments ?? []).flatMap(idsOf)]

/** Milliseconds, to the microsecond. */
const round = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000
