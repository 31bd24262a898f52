import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CONNECT_TIMEOUT_SECONDS, type DatabaseClient } from './client.ts'

/** MySQL's client, MariaDB's or the original. The user's own files of options are left aside: they could name another server. */
export const mysqlClient: DatabaseClient = {
  programs: ['mariadb', 'mysql'],
  install: 'on Debian: apt install mariadb-client',
  prepare({ socket, username, password, name }, folder) {
    const options = join(folder, 'options.cnf')
    const quoted = password.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
    writeFileSync(options, `[client]\npassword="${quoted}"\n`, { mode: 0o600 })
    const words = [
      `--defaults-file=${options}`,
      '--protocol=socket',
      `--socket=${socket}`,
      `--user=${username}`,
      `--connect-timeout=${CONNECT_TIMEOUT_SECONDS}`,
      ...(name === undefined ? [] : [`--database=${name}`]),
    ]
    return { words, environment: {} }
  },
}
