import type { SessionMessage } from '@terrace/control'

/** What the cloud tells of a database that a client may use. */
export type DatabaseMessage = Extract<SessionMessage, { kind: 'database' }>

/** What a client program is started with. */
export interface ClientCall {
  /** Before the user's own. */
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** A client program of a database engine. */
export interface DatabaseClient {
  /** The better one first. */
  readonly programs: readonly string[]
  /** How to get one. */
  readonly install: string
  /**
   * Writes what the program needs into a folder that the user alone can read, and that is removed afterwards: a password
   * travels in a file, never on a command line.
   */
  prepare(message: DatabaseMessage, folder: string): ClientCall
}

/** How long a client waits for an answer. A dropped packet is never answered: the time-out is all that is seen. */
export const CONNECT_TIMEOUT_SECONDS = 10
