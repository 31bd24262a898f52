// Loaded into functions: imports nothing outside this folder.
import type { FailureBody } from './messages.ts'

/** What a handler threw, as Lambda answers it. */
export function failureOf(thrown: unknown): FailureBody {
  if (!(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: textOf(thrown), trace: [] }
  }
  const { name, message, stack } = thrown
  return { errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') }
}

/** The same as a line of the log: everything that the error has. */
export function loggedFailure(thrown: unknown): object {
  const { errorType, errorMessage, trace } = failureOf(thrown)
  const rest = thrown instanceof Error ? { ...thrown } : {}
  return { errorType, errorMessage, ...rest, stack: trace ?? [] }
}

/** An error of the runtime itself, with the name that AWS has for it. */
export class RuntimeFailure extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  return JSON.stringify(thrown) ?? String(thrown)
}
