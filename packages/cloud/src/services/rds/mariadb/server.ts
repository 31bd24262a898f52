import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, type Duration, formatDuration, minutes, seconds, TerraceError } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import type { Exit, ManagedProcess, Supervisor } from '../../../processes/supervisor.ts'
import type { Settings } from '../parameters/settings.ts'
import { MARIADB_ENVIRONMENT, type MariadbPrograms } from './data-folder.ts'
import { greets } from './greeting.ts'
import { type ServerRole, serverOptions } from './options.ts'

/** What one start of a server needs. */
export interface ServerSpec {
  readonly name: string
  readonly programs: MariadbPrograms
  /** Prepared by `prepareDataFolder`. */
  readonly dataFolder: string
  readonly temporaryFolder: string
  /** Absolute path, at most `MAX_SOCKET_PATH` bytes. */
  readonly socket: string
  /** See `adminStatements`, `initialStatements`. */
  readonly statements: readonly string[]
  readonly pair: ServerRole
  readonly settings: Settings
  /** It freezes when that zone stops. */
  readonly zone: Zone
  readonly onLine: (line: string) => void
  /** What the system is called in commands: `terrace reset <system>`. */
  readonly system: string
}

/** Longest path of a Unix socket, in bytes: `sun_path` less its final zero, unix(7); macOS has 104. */
export const MAX_SOCKET_PATH = process.platform === 'linux' ? 107 : 103

/** @throws TerraceError RDS_NOT_STARTED when no socket can be made there */
export function checkSocketPath(name: string, socket: string): void {
  const length = Buffer.byteLength(socket)
  if (length <= MAX_SOCKET_PATH) return
  throw new TerraceError(
    'RDS_NOT_STARTED',
    `the database ${name} can't listen on ${socket}: the path has ${length} bytes, the system allows ${MAX_SOCKET_PATH}`,
    { hint: 'set XDG_RUNTIME_DIR or TMPDIR to a folder with a short path' },
  )
}

/** Long enough for the recovery of a data folder after a crash. */
const START_LIMIT: Duration = minutes(10)
const LAST_WORDS = 5

/**
 * Starts a MariaDB server and resolves when it answers.
 *
 * @throws TerraceError RDS_NOT_STARTED, with the last lines of its error log and the way out
 */
export async function startServer(
  spec: ServerSpec,
  world: { readonly supervisor: Supervisor; readonly clock: Clock },
): Promise<ManagedProcess> {
  checkSocketPath(spec.name, spec.socket)
  const initFile = join(spec.temporaryFolder, 'init.sql')
  await mkdir(spec.temporaryFolder, { recursive: true, mode: 0o700 })
  await mkdir(dirname(spec.socket), { recursive: true, mode: 0o700 })
  await rm(initFile, { force: true })
  await writeFile(initFile, spec.statements.map(statement => `${statement};\n`).join(''), { mode: 0o600 })
  try {
    return await startAndWait(spec, initFile, world)
  } finally {
    // It holds passwords.
    await rm(initFile, { force: true })
  }
}

async function startAndWait(
  spec: ServerSpec,
  initFile: string,
  { supervisor, clock }: { readonly supervisor: Supervisor; readonly clock: Clock },
): Promise<ManagedProcess> {
  const log: string[] = []
  const { promise: ready, resolve: onReady } = Promise.withResolvers<'ready'>()
  const { promise: locked, resolve: onLocked } = Promise.withResolvers<'locked'>()
  const { promise: refused, resolve: onRefused } = Promise.withResolvers<'refused'>()
  const { promise: late, resolve: onLate } = Promise.withResolvers<'late'>()
  let answered = false
  const server = await supervisor.start({
    name: spec.name,
    command: spec.programs.server,
    args: serverOptions({ ...spec, initFile }),
    cwd: spec.dataFolder,
    environment: MARIADB_ENVIRONMENT,
    zone: spec.zone,
    onLine: line => {
      spec.onLine(line)
      if (answered) return
      log.push(line)
      if (line.includes('ready for connections')) onReady('ready')
      // It would try again for half a minute and more.
      if (IN_USE.test(line)) onLocked('locked')
      // It would leave out the other statements and serve all the same.
      if (REFUSED_STATEMENT.test(line)) onRefused('refused')
    },
  })
  const stopWaiting = clock.after(START_LIMIT, () => onLate('late'))
  const outcome = await Promise.race([refused, ready, locked, late, server.exited])
  stopWaiting()
  if (outcome === 'ready' && (await greets(spec.socket))) {
    answered = true
    return server
  }
  const because = typeof outcome === 'string' ? REASONS[outcome] : describeExit(outcome)
  // One that waits for files doesn't listen to signals, and has nothing to lose.
  if (typeof outcome === 'string') await server.stop(outcome === 'locked' ? 0 : seconds(5))
  throw notStarted(spec, because, log, outcome === 'locked')
}

const IN_USE = /can't lock aria control file|unable to lock .*ibdata/i

const REFUSED_STATEMENT = /^ERROR: \d+ /

const REASONS = {
  refused: 'it does not understand a statement that makes its accounts; MariaDB 10.5 and later do',
  ready: "it doesn't answer on its socket",
  locked: 'another server uses its files',
  late: `it was not ready after ${formatDuration(START_LIMIT)}`,
} as const

/** How a process ended, as a clause: `it was ended by SIGKILL`. */
export function describeExit(exit: Exit): string {
  return exit.signal === null ? `it ended with code ${exit.code}` : `it was ended by ${exit.signal}`
}

function notStarted(spec: ServerSpec, because: string, log: readonly string[], inUse: boolean): TerraceError {
  const errors = log.filter(line => line.includes('[ERROR]'))
  const lastWords = (errors.length > 0 ? errors : log).slice(-LAST_WORDS)
  const message = [`the database ${spec.name} did not start: ${because}`, ...lastWords].join('\n    ')
  const hint = inUse
    ? `terrace down ${spec.system} ends the run that uses them`
    : `its files are in ${spec.dataFolder}; terrace reset ${spec.system} forgets them and begins with an empty database`
  return new TerraceError('RDS_NOT_STARTED', message, { hint })
}
