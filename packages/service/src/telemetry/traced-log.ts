import type { Logger } from '@terrace/kit'
import { type Active, activeTrace } from './active.ts'

type Fields = Record<string, unknown>

/** Adds to the fields of a line where in a trace it was written. A span that nobody records is not worth its name. */
export function withTrace(fields: Fields | undefined, active: Active | undefined): Fields | undefined {
  if (!active) return fields
  const { traceId, spanId, sampled } = active.context
  return spanId === '' || sampled === false ? { traceId, ...fields } : { traceId, spanId, ...fields }
}

/** The same logger, whose lines carry `traceId` and `spanId` when they are written inside of a trace. */
export const tracedLog = (log: Logger): Logger => ({
  debug: (message, fields) => log.debug(message, withTrace(fields, activeTrace())),
  info: (message, fields) => log.info(message, withTrace(fields, activeTrace())),
  warn: (message, fields) => log.warn(message, withTrace(fields, activeTrace())),
  error: (message, fields) => log.error(message, withTrace(fields, activeTrace())),
  with: fields => tracedLog(log.with(fields)),
})
