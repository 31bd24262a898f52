import type { Clock } from './clock.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const RANK: Record<LogLevel, number> = { debug: 10, info: 20, warn: 30, error: 40 }

/** Structured logging: one JSON object a line, `time` as ISO 8601 in UTC. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** The same logger with fields added to every line. */
  with(fields: Record<string, unknown>): Logger
}

/**
 * @param write  takes one line, its newline included
 * @param level  what is less important than this is left out
 */
export function jsonLogger(clock: Clock, write: (line: string) => void, level: LogLevel = 'info'): Logger {
  const make = (base: Record<string, unknown>): Logger => {
    const at =
      (lineLevel: LogLevel) =>
      (message: string, fields: Record<string, unknown> = {}) => {
        if (RANK[lineLevel] < RANK[level]) return
        const time = new Date(clock.now()).toISOString()
        write(`${JSON.stringify({ time, level: lineLevel, message, ...base, ...fields })}\n`)
      }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: fields => make({ ...base, ...fields }),
    }
  }
  return make({})
}
