import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { ControlClient, SessionMessage } from '@terrace/control'
import { TerraceError } from '@terrace/kit'
import type { ConnectIo } from './run-child.ts'

/** Clients of MySQL, the better one first. */
const CLIENTS = ['mariadb', 'mysql']

/** How long the client waits for an answer. A dropped packet is never answered: the time-out is all that is seen. */
const CONNECT_TIMEOUT_SECONDS = 10

type DatabaseMessage = Extract<SessionMessage, { kind: 'database' }>

/**
 * A client session to the database, through the network position of the bastion or of another instance. A connection that
 * the network denies there is silence, until the client's own time-out.
 *
 * differs: AWS drops the first packet, so that the client says that it can't connect; here it connects to the relay of the
 *   instance, and the greeting never comes
 * @param words  further arguments of the client, such as `-e "SHOW TABLES"`
 * @returns the client's exit code
 */
export async function connectDatabase(
  client: ControlClient,
  { via }: { readonly via: string | undefined },
  words: readonly string[],
  { context, signals, run }: ConnectIo,
): Promise<number> {
  const program = findClient(context.environment.PATH ?? '')
  const leave = new AbortController()
  const stopListening = signals(() => {})
  try {
    for await (const message of client.databaseSession(via === undefined ? {} : { via }, leave.signal)) {
      if (message.kind !== 'database') continue
      if (message.engine === 'postgres') {
        throw new TerraceError('CONNECT_NO_CLIENT', 'client sessions to PostgreSQL are not there yet, only to MySQL')
      }
      const { host, port } = message
      context.note(`${message.username}@${host}:${port} through ${message.via}`)
      const exitCode = await withOptions(message, file =>
        run({
          command: program,
          args: clientWords(message, file, words),
          environment: environmentOf(context.environment),
          signal: leave.signal,
        }),
      )
      if (exitCode !== 0)
        context.note(
          `no answer may mean that no rule lets ${message.via} reach ${host}:${port}: terrace logs --kind control says it`,
        )
      leave.abort()
      return exitCode
    }
    return 0
  } finally {
    leave.abort()
    stopListening()
  }
}

/** The user's own files of options are left aside: they could name another server. */
const clientWords = (
  { socket, username, name }: DatabaseMessage,
  optionFile: string,
  words: readonly string[],
): string[] => [
  `--defaults-file=${optionFile}`,
  '--protocol=socket',
  `--socket=${socket}`,
  `--user=${username}`,
  `--connect-timeout=${CONNECT_TIMEOUT_SECONDS}`,
  ...(name === undefined ? [] : [`--database=${name}`]),
  ...words,
]

/** The password travels in a file that the user alone can read, never on a command line. */
async function withOptions<T>({ password }: DatabaseMessage, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-client-'))
  const file = join(folder, 'options.cnf')
  try {
    const quoted = password.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
    writeFileSync(file, `[client]\npassword="${quoted}"\n`, { mode: 0o600 })
    return await use(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function environmentOf(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = ['PATH', 'TERM', 'HOME', 'LANG', 'PAGER']
  return Object.fromEntries(kept.flatMap(name => (own[name] === undefined ? [] : [[name, own[name] ?? '']])))
}

function findClient(path: string): string {
  const found = CLIENTS.flatMap(name => path.split(delimiter).map(folder => join(folder, name))).find(isExecutable)
  if (found !== undefined) return found
  throw new TerraceError('CONNECT_NO_CLIENT', `none of ${CLIENTS.join(', ')} is installed`, {
    hint: 'on Debian: apt install mariadb-client',
  })
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
