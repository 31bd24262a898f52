import { z } from 'zod'
import type { DeepReadonly } from './readonly.ts'

const outcome = z.enum(['ok', 'error', 'throttle', 'fault'])

/** The request that something answered or made. */
const http = {
  method: z.string().optional(),
  url: z.string().optional(),
  status: z.number().optional(),
}

/** One trace in the list. */
export const traceEntrySchema = z.object({
  /** As X-Ray writes it: `1-5759e988-bd862e3fe1be46a994272793`. */
  id: z.string(),
  /** When it began: milliseconds since 1970-01-01T00:00:00Z, by the clock of this machine. */
  at: z.number(),
  /** Until its last part ended. */
  milliseconds: z.number(),
  /** Of its first segment. */
  name: z.string(),
  /** Every service in it, those too that only others tell of. */
  services: z.array(z.string()),
  /** How many spans were received for it. */
  spans: z.number().int(),
  /** The worst of any part. */
  outcome,
  ...http,
})

const span = {
  /** 16 hexadecimal digits. */
  id: z.string(),
  name: z.string(),
  service: z.string(),
  /** Since the begin of the trace. */
  startsAfter: z.number(),
  milliseconds: z.number(),
  outcome,
  /** It has not ended yet, as far as is known. */
  running: z.literal(true).optional(),
  ...http,
}

/** A span with what was done within it, in the order of time. */
export interface TraceSpan extends DeepReadonly<z.infer<z.ZodObject<typeof span>>> {
  readonly spans: readonly TraceSpan[]
}

const spanSchema: z.ZodType<TraceSpan> = z.object({
  ...span,
  get spans() {
    return z.array(spanSchema)
  },
})

/** One trace with everything in it. */
export const traceViewSchema = traceEntrySchema.extend({ tree: z.array(spanSchema) })

/** The answer of `GET /traces`: the newest last. */
export const tracesSchema = z.object({ traces: z.array(traceEntrySchema) })

/** `GET /traces?most=`: how many of the newest. */
export const tracesQuerySchema = z.object({ most: z.coerce.number().int().min(1).max(1000).default(20) })

/** `GET /traces/trace?id=`: in X-Ray's form or in that of OpenTelemetry. */
export const traceQuerySchema = z.object({ id: z.string().min(1) })

export type TraceEntry = DeepReadonly<z.infer<typeof traceEntrySchema>>
export type TraceView = DeepReadonly<z.infer<typeof traceViewSchema>>
export type TracesQuery = DeepReadonly<z.infer<typeof tracesQuerySchema>>
export type TraceQuery = DeepReadonly<z.infer<typeof traceQuerySchema>>
