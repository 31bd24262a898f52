/** Whose mistake it is: what the user gave us, or what we did with it. Decides the exit code (2 or 70). */
export type Blame = 'input' | 'internal'

/** Where in a user's files: `template.yaml:41`. Lines count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
}

export interface ErrorDetails {
  readonly blame?: Blame
  readonly place?: Place
  /** What to do next, as a sentence without a full stop. */
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * An error of ours that a person will read: a stable code, whose fault, where, and the way out. The message says what
 * is wrong, the value received and what is allowed; lower case, no full stop.
 */
export class TerraceError extends Error {
  readonly code: string
  readonly blame: Blame
  readonly place: Place | undefined
  readonly hint: string | undefined

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'TerraceError'
    this.code = code
    this.blame = details.blame ?? 'input'
    this.place = details.place
    this.hint = details.hint
  }
}

/** `template.yaml:41`, or just the file when the line is unknown. */
export const formatPlace = (place: Place): string => (place.line ? `${place.file}:${place.line}` : place.file)

/** One or two lines for the terminal; never a stack. */
export function formatError(error: TerraceError): string {
  const where = error.place ? `${formatPlace(error.place)}: ` : ''
  const hint = error.hint ? `\n  ${error.hint}` : ''
  return `${where}${error.message} (${error.code})${hint}`
}

/** The message of whatever was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** Node's error code (`EADDRINUSE`, `ENOENT`, …) of whatever was thrown, if it has one. */
export function errnoOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}
