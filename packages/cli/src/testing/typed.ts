import { systemClock } from '@terrace/kit'
import picocolors from 'picocolors'
import { run } from '../run.ts'

/** What came of a command. */
export interface Outcome {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Types a command in a directory, within this process. */
export async function typed(cwd: string, ...words: readonly string[]): Promise<Outcome> {
  const out: string[] = []
  const err: string[] = []
  const exitCode = await run({
    words,
    version: '0.0.0',
    signals: () => () => {},
    context: {
      cwd,
      environment: process.env,
      clock: systemClock,
      colors: picocolors.createColors(false),
      say: line => out.push(line),
      note: line => err.push(line),
    },
  })
  return { exitCode, out: out.join('\n'), err: err.join('\n') }
}
