import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONNECT_TIMEOUT_SECONDS, type DatabaseClient } from './client.ts'

/** The port is only part of a socket's name here. @see PostgreSQL "libpq: Connecting to the Database", `host` */
const PORT = 5432

/** psql, without the user's own start-up file. */
export const postgresClient: DatabaseClient = {
  programs: ['psql'],
  install: 'on Debian: apt install postgresql-client',
  prepare({ socket, username, password, name }, folder) {
    // psql finds a socket by the folder it lies in, and by its name there.
    symlinkSync(socket, join(folder, `.s.PGSQL.${PORT}`))
    const passwords = join(folder, 'passwords')
    const quoted = password.replaceAll('\\', '\\\\').replaceAll(':', '\\:')
    writeFileSync(passwords, `*:*:*:*:${quoted}\n`, { mode: 0o600 })
    return {
      words: ['--no-psqlrc'],
      environment: {
        PGHOST: folder,
        PGPORT: String(PORT),
        PGUSER: username,
        PGPASSFILE: passwords,
        PGCONNECT_TIMEOUT: String(CONNECT_TIMEOUT_SECONDS),
        ...(name === undefined ? {} : { PGDATABASE: name }),
      },
    }
  },
}
