import type { Clock } from '@terrace/kit'
import type { LogEvent } from 'kysely'
import type { DatabaseConfig } from '../config/database-config.ts'
import { activeTrace, startSpan } from './active.ts'
import type { Attributes } from './tracer.ts'

/** Longest text of a statement that is kept, characters. */
const LONGEST = 2_000

/**
 * Makes a span of every statement that was run inside of a trace. The text has placeholders where the values are.
 *
 * @see OpenTelemetry, "Semantic conventions for database client spans"
 */
export function traceStatements(config: DatabaseConfig, clock: Clock): (event: LogEvent) => void {
  const common = connectionOf(config)
  return event => {
    if (!activeTrace()?.tracer || !activeTrace()?.context.sampled) return
    const text = event.query.sql
    const summary = summaryOf(text)
    const endedAt = clock.now()
    const span = startSpan(summary, { kind: 'client', startedAt: endedAt - event.queryDurationMillis })
    if (!span) return
    if (span.isRecorded) span.set({ ...common, 'db.query.text': text.slice(0, LONGEST), 'db.query.summary': summary })
    if (event.level === 'error') span.fail(event.error)
    span.end(endedAt)
  }
}

function connectionOf(config: DatabaseConfig): Attributes {
  switch (config.kind) {
    case 'sqlite':
      return { 'db.system.name': 'sqlite' }
    case 'mysql':
    case 'postgres': {
      const server =
        'socketPath' in config.address
          ? { 'server.address': config.address.socketPath }
          : { 'server.address': config.address.host, 'server.port': config.address.port }
      const system = config.kind === 'mysql' ? 'mysql' : 'postgresql'
      return { 'db.system.name': system, 'db.namespace': config.database, ...server }
    }
  }
}

/** `select books`, `insert loans`: what is done and the first table that it is done to. */
export function summaryOf(text: string): string {
  const [verb = 'query'] = /[a-z]+/i.exec(text) ?? []
  const [, table] = /\b(?:from|into|update|join|table)\s+(?:if (?:not )?exists\s+)?[`"]?([\w.]+)/i.exec(text) ?? []
  return [verb.toLowerCase(), table].filter(Boolean).join(' ')
}
