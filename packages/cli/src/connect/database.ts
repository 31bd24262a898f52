import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { ControlClient } from '@terrace/control'
import { TerraceError } from '@terrace/kit'
import type { DatabaseClient } from './clients/client.ts'
import { mysqlClient } from './clients/mysql.ts'
import { postgresClient } from './clients/postgres.ts'
import type { ConnectIo } from './run-child.ts'

/**
 * A client session to the database, through the network position of the bastion or of another instance. A connection that
 * the network denies there is silence, until the client's own time-out.
 *
 * differs: AWS drops the first packet, so that the client says that it can't connect; here it connects to the relay of the
 *   instance, and the greeting never comes
 * @param words  further arguments of the client, such as `-e "SHOW TABLES"`, or `-c '\\dt'` for PostgreSQL
 * @returns the client's exit code
 */
export async function connectDatabase(
  client: ControlClient,
  { via }: { readonly via: string | undefined },
  words: readonly string[],
  { context, signals, run }: ConnectIo,
): Promise<number> {
  const leave = new AbortController()
  const stopListening = signals(() => {})
  try {
    for await (const message of client.databaseSession(via === undefined ? {} : { via }, leave.signal)) {
      if (message.kind !== 'database') continue
      const databaseClient = message.engine === 'postgres' ? postgresClient : mysqlClient
      const command = findProgram(databaseClient, context.environment.PATH ?? '')
      const { host, port } = message
      context.note(`${message.username}@${host}:${port} through ${message.via}`)
      const exitCode = await inFolder(folder => {
        const prepared = databaseClient.prepare(message, folder)
        return run({
          command,
          args: [...prepared.words, ...words],
          environment: { ...environmentOf(context.environment), ...prepared.environment },
          signal: leave.signal,
        })
      })
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

/** A folder of this session's own for what the client reads. */
async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-client-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function environmentOf(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = ['PATH', 'TERM', 'HOME', 'LANG', 'PAGER']
  return Object.fromEntries(kept.flatMap(name => (own[name] === undefined ? [] : [[name, own[name] ?? '']])))
}

function findProgram({ programs, install }: DatabaseClient, path: string): string {
  const found = programs.flatMap(name => path.split(delimiter).map(folder => join(folder, name))).find(isExecutable)
  if (found !== undefined) return found
  throw new TerraceError('CONNECT_NO_CLIENT', `${programs.join(' or ')} is not installed`, { hint: install })
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
