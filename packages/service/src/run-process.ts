import { secureRandom, systemClock } from '@terrace/kit'
import { explainFailure } from './explain-failure.ts'
import type { Host, RunningService } from './life.ts'

/**
 * Runs a service as the whole of this process: SIGTERM and SIGINT stop it with exit code 0; a wrong environment ends
 * it with 2, anything else that keeps it from working with 70, and a sentence on standard error.
 */
export async function runProcess(start: (host: Host) => Promise<RunningService>): Promise<void> {
  const fail = (error: unknown) => {
    const { text, exitCode } = explainFailure(error)
    process.stderr.write(`${text}\n`)
    process.exit(exitCode)
  }
  try {
    const running = await start({
      environment: process.env,
      clock: systemClock,
      random: secureRandom,
      write: text => process.stdout.write(text),
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
