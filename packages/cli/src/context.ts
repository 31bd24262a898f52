import type { Clock } from '@terrace/kit'
import type picocolors from 'picocolors'

/** What a command may touch of the process it runs in. */
export interface Context {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Writes one line to standard output: what was asked for. */
  readonly say: (line: string) => void
  /** Writes one line to standard error: progress, remarks, errors. */
  readonly note: (line: string) => void
  readonly colors: ReturnType<typeof picocolors.createColors>
  /** Set in a process that `--detach` started: tells the one that waits for it. */
  readonly tellParent?: (message: DetachedMessage) => void
}

/** What a detached system tells the command that started it. */
export type DetachedMessage =
  | { readonly kind: 'note'; readonly line: string }
  /** The line that `--json` prints. */
  | { readonly kind: 'ready'; readonly line: string }
  /** It has said why in notes. */
  | { readonly kind: 'failed'; readonly exitCode: number }

/** Exit codes of every command. */
export const EXIT = {
  good: 0,
  /** Findings, a missed objective, a missed bar. */
  findings: 1,
  badInput: 2,
  /** Our own bug. */
  internal: 70,
  /** Ended by Ctrl-C before it was done. */
  interrupted: 130,
} as const
