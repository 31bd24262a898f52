import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type PostgresPrograms, runPostgres } from '../../../programs/postgres.ts'

/**
 * The data directory of an instance's PostgreSQL. Until it is filled and ready, a file `<folder>.unfinished` lies beside
 * it: what was never let in is begun again.
 */
export class DataFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Whether there is a database in it that somebody was let in to. */
  get isFinished(): boolean {
    return existsSync(join(this.path, 'PG_VERSION')) && !existsSync(this.#unfinished)
  }

  /** Of the server that made it: `15`. */
  get version(): string {
    return readFileSync(join(this.path, 'PG_VERSION'), 'utf8').trim()
  }

  /** Makes it anew, with one administrator. @throws TerraceError POSTGRES_FAILED */
  async initialize(programs: PostgresPrograms, username: string, password: string): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    await writeFile(this.#unfinished, '')
    await rm(this.path, { recursive: true, force: true })
    const passwordFile = `${this.#unfinished}.password`
    await writeFile(passwordFile, password, { mode: 0o600 })
    try {
      await runPostgres(programs, 'initdb', [
        `--pgdata=${this.path}`,
        `--username=${username}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--auth=scram-sha-256',
        '--data-checksums',
        // A half-written folder is thrown away.
        '--no-sync',
      ])
    } finally {
      await rm(passwordFile, { force: true })
    }
  }

  /**
   * Who gets in: everybody on the socket, while nothing but this program can find it, or those with the password.
   *
   * @see https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
   */
  async letIn(who: 'trust' | 'scram-sha-256'): Promise<void> {
    await writeFile(join(this.path, 'pg_hba.conf'), `local all all ${who}\n`, { mode: 0o600 })
  }

  async finish(): Promise<void> {
    await rm(this.#unfinished, { force: true })
  }

  get #unfinished(): string {
    return `${this.path}.unfinished`
  }
}
