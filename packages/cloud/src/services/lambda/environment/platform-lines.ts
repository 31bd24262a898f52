import type { Instant } from '@terrace/kit'
import type { FunctionLogging } from '@terrace/model'
import type { Execution } from './outcome.ts'

const MEBIBYTE = 1024 * 1024

/** What an execution is told about in the log. */
export interface Reported {
  readonly id: string
  readonly version: string
  readonly memoryMiB: number
  readonly timeoutSeconds: number
}

/** Levels from the least to the gravest. "Log-level filtering" */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** Whether an entry of the application is written; without a level, and in text, all are. */
export function isWritten({ format, applicationLevel = 'INFO' }: FunctionLogging, level: string | undefined): boolean {
  if (format === 'Text' || level === undefined) return true
  return LEVELS.indexOf(level) >= LEVELS.indexOf(applicationLevel)
}

/** The lines before an execution. @see Lambda Developer Guide, "Viewing CloudWatch logs for Lambda", "Lambda Telemetry API" */
export function startLines(logging: FunctionLogging, at: Instant, { id, version }: Reported): readonly string[] {
  if (logging.format === 'Text') return [`START RequestId: ${id} Version: ${version}`]
  if ((logging.systemLevel ?? 'INFO') === 'WARN') return []
  return [platform(at, 'platform.start', { requestId: id, version })]
}

/** The lines after an execution. Durations are billed by the millisecond. */
export function endLines(logging: FunctionLogging, at: Instant, of: Reported, execution: Execution): readonly string[] {
  return logging.format === 'Text' ? textLines(at, of, execution) : jsonLines(logging, at, of, execution)
}

function textLines(at: Instant, { id, memoryMiB, timeoutSeconds }: Reported, execution: Execution): readonly string[] {
  const { outcome, duration, initDuration } = execution
  const late = `${isoTime(at)} ${id} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`
  const parts = [
    `REPORT RequestId: ${id}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${billed(execution)} ms`,
    `Memory Size: ${memoryMiB} MB`,
    `Max Memory Used: ${usedMiB(execution)} MB`,
    ...(initDuration === undefined ? [] : [`Init Duration: ${initDuration.toFixed(2)} ms`]),
    ...statusOf(execution),
  ]
  const before = outcome.kind === 'timedOut' ? [late] : []
  return [...before, ...exitLine(id, execution), `END RequestId: ${id}`, `${parts.join('\t')}\t`]
}

/** Ends of a process that its own code didn't write about. */
function exitLine(id: string, { outcome }: Execution): readonly string[] {
  if (outcome.kind !== 'failed') return []
  const { errorType, errorMessage } = outcome.error
  if (errorType !== 'Runtime.ExitError' && errorType !== 'Runtime.OutOfMemory') return []
  return [`RequestId: ${id} ${errorMessage.slice(errorMessage.indexOf('Error: '))}`]
}

function statusOf({ outcome }: Execution): readonly string[] {
  if (outcome.kind === 'timedOut') return ['Status: timeout']
  if (outcome.kind === 'failed' && /^Runtime\.(ExitError|OutOfMemory)$/.test(outcome.error.errorType)) {
    return ['Status: error', `Error Type: ${outcome.error.errorType}`]
  }
  return []
}

function jsonLines(logging: FunctionLogging, at: Instant, { id, memoryMiB }: Reported, execution: Execution) {
  const { outcome, duration, initDuration } = execution
  const status = outcome.kind === 'done' ? 'success' : outcome.kind === 'timedOut' ? 'timeout' : 'error'
  if ((logging.systemLevel ?? 'INFO') === 'WARN' && status === 'success') return []
  const metrics = {
    durationMs: round(duration),
    billedDurationMs: billed(execution),
    memorySizeMB: memoryMiB,
    maxMemoryUsedMB: usedMiB(execution),
    ...(initDuration === undefined ? {} : { initDurationMs: round(initDuration) }),
  }
  const errorType = outcome.kind === 'done' ? {} : { errorType: outcome.error.errorType }
  return [platform(at, 'platform.report', { requestId: id, metrics, status, ...errorType })]
}

const platform = (at: Instant, type: string, record: object): string =>
  JSON.stringify({ time: isoTime(at), type, record })

// Since August 2025 the time before the handler is billed, too. "Lambda execution environment lifecycle"
const billed = ({ duration, initDuration = 0 }: Execution): number => Math.max(1, Math.ceil(duration + initDuration))
const usedMiB = ({ maxMemoryBytes }: Execution): number => Math.ceil(maxMemoryBytes / MEBIBYTE)
const round = (value: number): number => Math.round(value * 1000) / 1000
const isoTime = (at: Instant): string => new Date(at).toISOString()
