import { type Clock, formatDuration, minutes, TerraceError } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import type { ManagedProcess, Supervisor } from '../../../processes/supervisor.ts'
import { describeExit } from '../mariadb/server.ts'
import { type Command, POSTGRES_ENVIRONMENT } from './programs.ts'

/** Long enough for the recovery of a data folder after a crash. */
const START_LIMIT = minutes(10)
const LAST_WORDS = 5

/** One start of a PostgreSQL server. */
export interface PostgresServerSpec {
  readonly name: string
  readonly zone: Zone
  readonly command: Command
  readonly dataFolder: string
  readonly onLine: (line: string) => void
  /** What the system is called in commands: `terrace reset <system>`. */
  readonly system: string
}

/**
 * Starts a PostgreSQL server and resolves when it accepts connections.
 * @throws TerraceError RDS_NOT_STARTED, with the last lines of its log and the way out
 */
export async function startPostgres(
  spec: PostgresServerSpec,
  { supervisor, clock }: { readonly supervisor: Supervisor; readonly clock: Clock },
): Promise<ManagedProcess> {
  const log: string[] = []
  const { promise: ready, resolve: onReady } = Promise.withResolvers<'ready'>()
  const { promise: late, resolve: onLate } = Promise.withResolvers<'late'>()
  let answered = false
  const server = await supervisor.start({
    name: spec.name,
    command: spec.command.command,
    args: spec.command.args,
    cwd: spec.dataFolder,
    environment: POSTGRES_ENVIRONMENT,
    zone: spec.zone,
    // "Fast shutdown": rolls back what is open instead of waiting for it. postgres(1)
    stopSignal: 'SIGINT',
    onLine: line => {
      spec.onLine(line)
      if (answered) return
      log.push(line)
      if (/ready to accept (read-only )?connections/.test(line)) onReady('ready')
    },
  })
  const stopWaiting = clock.after(START_LIMIT, () => onLate('late'))
  const outcome = await Promise.race([ready, late, server.exited])
  stopWaiting()
  answered = true
  if (outcome === 'ready') return server
  if (outcome === 'late') await server.stop(0)
  const because = outcome === 'late' ? `it was not ready after ${formatDuration(START_LIMIT)}` : describeExit(outcome)
  const errors = log.filter(line => /FATAL|PANIC|ERROR/.test(line))
  const words = (errors.length > 0 ? errors : log).slice(-LAST_WORDS)
  throw new TerraceError(
    'RDS_NOT_STARTED',
    [`the database ${spec.name} did not start: ${because}`, ...words].join('\n    '),
    {
      hint: `its files are in ${spec.dataFolder}; terrace reset ${spec.system} forgets them and begins with an empty database`,
    },
  )
}
