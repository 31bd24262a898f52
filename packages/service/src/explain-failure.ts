import { formatError, TerraceError } from '@terrace/kit'

/** What a person reads when a service can't start, and the exit code that goes with it. */
export function explainFailure(error: unknown): { readonly text: string; readonly exitCode: 2 | 70 } {
  if (error instanceof TerraceError) return { text: formatError(error), exitCode: error.blame === 'input' ? 2 : 70 }
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 70 }
}
