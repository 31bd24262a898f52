/**
 * `1-5759e988-bd862e3fe1be46a994272793` of the 32 hexadecimal digits of W3C and OpenTelemetry.
 * @see X-Ray Developer Guide, "Sending trace data to AWS X-Ray", "Generating trace IDs"
 */
export const toXRayTraceId = (id: string): string => `1-${id.slice(0, 8)}-${id.slice(8)}`

/** The 32 hexadecimal digits of an id of X-Ray; nothing when it is none. */
export function toOpenTelemetryTraceId(id: string): string | undefined {
  const [, time, rest] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(id) ?? []
  return time === undefined || rest === undefined ? undefined : time + rest
}

/** Takes either form. @returns that of X-Ray; nothing when it is neither */
export function readTraceId(id: string): string | undefined {
  if (/^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(id)) return id
  return /^[0-9a-f]{32}$/.test(id) ? toXRayTraceId(id) : undefined
}
