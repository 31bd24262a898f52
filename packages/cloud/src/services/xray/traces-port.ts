import type { TraceEntry, TraceView } from '@terrace/control'

/** The traces that were received, for whoever wants to look at them: the port `traces`. */
export interface Traces {
  /** The newest last. @param most  of the newest */
  list(most: number): readonly TraceEntry[]
  /** @param id  in X-Ray's form or in that of OpenTelemetry @throws TerraceError TRACES_NO_SUCH_TRACE */
  read(id: string): TraceView
}
