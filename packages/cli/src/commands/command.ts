import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { Signals } from '../up/shutdown.ts'

/** What a command needs of the process it runs in, and where it leaves its exit code. */
export interface Session {
  readonly context: Context
  readonly signals: Signals
  /** Set by a command that ends well, but not with 0. */
  exitCode: number
}

/** One command: adds itself to the program. */
export type AddCommand = (program: Command, session: Session) => void
