import { formatError, secureRandom, systemClock, TerraceError } from '@terrace/kit'
import { startCutout } from './start.ts'

/**
 * Runs the service as the whole of this process: SIGTERM and SIGINT stop it with exit code 0; a wrong environment or
 * model ends it with 2, anything else that keeps it from working with 70, and a sentence on standard error.
 *
 * @param workerEntry  the module that a worker thread runs
 */
export async function runCutout(workerEntry: URL): Promise<void> {
  const fail = (error: unknown) => {
    process.stderr.write(`${describe(error)}\n`)
    process.exit(error instanceof TerraceError && error.blame === 'input' ? 2 : 70)
  }
  try {
    const running = await startCutout({
      environment: process.env,
      clock: systemClock,
      random: secureRandom,
      write: text => process.stdout.write(text),
      workerEntry,
    })
    let stopping = false
    const stop = async () => {
      stopping = true
      await running.stop()
      process.exit(0)
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
    running.ready.catch(error => {
      if (!stopping) fail(error)
    })
  } catch (error) {
    fail(error)
  }
}

function describe(error: unknown): string {
  if (error instanceof TerraceError) return formatError(error)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
