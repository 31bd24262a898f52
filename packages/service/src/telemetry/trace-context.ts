/** Where in a trace something happens, as W3C Trace Context has it. @see https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string
  /** 16 hexadecimal digits; empty when only the trace is known, as a balancer of AWS says it. */
  readonly spanId: string
  /** Whether who came before records the trace; undefined when nobody has decided. */
  readonly sampled: boolean | undefined
  /** What other tracing systems add (`tracestate`); empty when there is none. */
  readonly state: string
}

/** Names of headers in lower case, as Node has them. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/
/** Longer ones may be dropped. @see W3C Trace Context, 3.3.1.5 "tracestate Limits" */
const LONGEST_STATE = 512

/**
 * The context that a request or a message carries: `traceparent`, else `X-Amzn-Trace-Id`, which the balancers of AWS add.
 * What is malformed counts as absent.
 */
export function readTraceContext(headers: IncomingHeaders): TraceContext | undefined {
  const { traceparent, tracestate } = headers
  if (typeof traceparent === 'string') {
    const found = readTraceparent(traceparent)
    if (found) return { ...found, state: stateOf(tracestate) }
  }
  const amazon = headers['x-amzn-trace-id']
  return typeof amazon === 'string' ? readAmazonTraceId(amazon) : undefined
}

function readTraceparent(text: string): TraceContext | undefined {
  const [, version = 'ff', traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(text.trim()) ?? []
  // Versions to come may say more; the first one does not.
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1, state: '' }
}

/**
 * `Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1`: its trace id without the dashes is one of
 * W3C's.
 *
 * @see AWS X-Ray Developer Guide, "Tracing header"
 */
function readAmazonTraceId(text: string): TraceContext | undefined {
  const fields = new Map(text.split(';').map(field => field.trim().split('=', 2) as [string, string]))
  const [, time, id] = /^1-([\da-f]{8})-([\da-f]{24})$/i.exec(fields.get('Root') ?? '') ?? []
  if (time === undefined || id === undefined) return undefined
  const parent = fields.get('Parent')?.toLowerCase() ?? ''
  const decision = fields.get('Sampled')
  return {
    traceId: (time + id).toLowerCase(),
    spanId: /^[\da-f]{16}$/.test(parent) ? parent : '',
    sampled: decision === '1' ? true : decision === '0' ? false : undefined,
    state: '',
  }
}

const stateOf = (header: string | readonly string[] | undefined): string => {
  const text = header === undefined ? '' : [header].flat().join()
  return text.length <= LONGEST_STATE ? text : ''
}

/**
 * The same as AWS writes it, `Root=1-…;Parent=…;Sampled=1`: for where AWS keeps a place for it and for nothing else.
 * `tracestate` has none there.
 *
 * @see AWS X-Ray Developer Guide, "Tracing header"
 */
export function amazonTraceHeaderOf(context: TraceContext | undefined): string | undefined {
  if (!context) return undefined
  const { traceId, spanId, sampled } = context
  const fields = [`Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}`]
  if (spanId !== '') fields.push(`Parent=${spanId}`)
  if (sampled !== undefined) fields.push(`Sampled=${sampled ? 1 : 0}`)
  return fields.join(';')
}

/** The headers that tell whoever is called next; none when no span is known that it could be a child of. */
export function traceHeadersOf(context: TraceContext | undefined): Readonly<Record<string, string>> {
  if (!context || context.spanId === '') return {}
  const traceparent = `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`
  return context.state === '' ? { traceparent } : { traceparent, tracestate: context.state }
}
