import type { Duration } from '@terrace/kit'
import type { FailureBody } from '../runtime/messages.ts'

/** How one execution ended. */
export type Outcome =
  | { readonly kind: 'done'; readonly payload: string }
  /** `ends`: the process is not used again. */
  | { readonly kind: 'failed'; readonly error: FailureBody; readonly ends?: true }
  | { readonly kind: 'timedOut'; readonly error: FailureBody }

/** What a process was asked, with what it used. */
export interface Execution {
  readonly outcome: Outcome
  readonly duration: Duration
  /** Of a process that was started for it. */
  readonly initDuration?: Duration
  readonly maxMemoryBytes: number
}

/** @see Lambda Developer Guide, "Troubleshoot invocation issues in Lambda"; the text as observed */
export const timedOut = (requestId: string, timeoutSeconds: number): FailureBody => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
})

/** The process took more memory than the function has. */
export const outOfMemory = (requestId: string): FailureBody => ({
  errorType: 'Runtime.OutOfMemory',
  errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
})

/** The process ended before it answered. */
export function exited(requestId: string, code: number | null, signal: string | null): FailureBody {
  const how =
    signal !== null
      ? ` with error: signal: ${SIGNALS[signal] ?? signal}`
      : code === 0
        ? ' without providing a reason'
        : ` with error: exit status ${code}`
  return { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime exited${how}` }
}

const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
}
