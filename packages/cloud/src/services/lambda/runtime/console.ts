// Loaded into functions: imports nothing outside this folder.
import { format } from 'node:util'

/** Takes one entry of the log. */
export type WriteLog = (text: string, level: string) => void

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const

/**
 * Makes the console write entries as Lambda does: a line of text with moment, request and level, or a document of JSON.
 *
 * @see Lambda Developer Guide, "Log and monitor Node.js Lambda functions"
 */
export function installConsole(json: boolean, currentId: () => string | undefined, write: WriteLog): WriteLog {
  const entry: WriteLog = (text, level) => {
    const at = new Date(performance.timeOrigin + performance.now()).toISOString()
    if (!json) return write(`${at}\t${currentId() ?? 'undefined'}\t${level}\t${text}`, level)
    const requestId = currentId()
    write(JSON.stringify({ timestamp: at, level, ...(requestId ? { requestId } : {}), message: text }), level)
  }
  for (const [method, level] of Object.entries(LEVELS)) {
    Reflect.set(console, method, (...parts: readonly unknown[]) => entry(format(...parts), level))
  }
  return entry
}
