import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { seconds } from '@terrace/kit'
import type { PostgresBackups, PostgresProcess } from '@terrace/model'
import { type PostgresPrograms, runPostgres } from '../../../programs/postgres.ts'
import { HostBucket } from '../../../workload/bucket.ts'
import type { Host } from '../../../workload/host.ts'
import type { World } from '../../../world.ts'
import type { ServerPlace } from './administration.ts'

/** A dump that was saved. */
export interface SavedDump {
  /** `s3://bucket/backups/quiz-2026-11-22T12-00-00Z.dump` */
  readonly url: string
  readonly bytes: number
  /** How many older ones were removed. */
  readonly removed: number
}

/** What dumps are made of and where they go. */
export interface DumpSite {
  readonly world: World
  readonly host: Host
  readonly programs: PostgresPrograms
  readonly process: PostgresProcess
  readonly backups: PostgresBackups
  readonly server: ServerPlace
  /** For the time of a dump. */
  readonly folder: string
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/** The dumps of a database in a bucket, over the network position of its instance and with its role. */
export class Dumps {
  readonly #site: DumpSite
  readonly #bucket: string
  readonly #prefix: string

  constructor(site: DumpSite) {
    this.#site = site
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(site.backups.target) ?? []
    this.#bucket = bucket
    this.#prefix = `${key}${site.process.database}-`
  }

  /**
   * Dumps the database to a file and puts it into the bucket when it is whole, then removes all but the newest ones.
   *
   * @param passwordFile  in the form of libpq
   * @throws LaunchFailure, TerraceError POSTGRES_FAILED
   */
  async save(passwordFile: string): Promise<SavedDump> {
    const { programs, process, backups, signal } = this.#site
    const bucket = await this.#open(`save a dump to ${backups.target}`)
    const file = await this.#file('dump')
    try {
      const args = [...this.#connection(), '--no-password', '--format=custom', `--file=${file}`, process.database]
      await runPostgres(programs, 'pg_dump', args, { passwordFile, signal })
      const older = await this.#listed(bucket)
      const key = this.#nextKey(older.at(-1))
      await bucket.put(key, await readFile(file))
      // One below the limit: the dump that was just saved is the newest good one.
      const extra = older.slice(0, Math.max(0, older.length - (backups.keep - 1)))
      for (const old of extra) await bucket.remove(old)
      return { url: `s3://${this.#bucket}/${key}`, bytes: (await stat(file)).size, removed: extra.length }
    } finally {
      await rm(file, { force: true })
    }
  }

  /**
   * Fills the database from the newest dump.
   *
   * @returns which one; nothing when there is none
   * @throws LaunchFailure when the dumps can't be read: nothing begins anew beside what was saved
   */
  async restore(): Promise<string | undefined> {
    const { programs, process, backups, signal } = this.#site
    const bucket = await this.#open(`read the dumps in ${backups.target}`)
    const newest = (await this.#listed(bucket)).at(-1)
    if (newest === undefined) return undefined
    const file = await this.#file('restore')
    try {
      await pipeline(await bucket.get(newest), createWriteStream(file), { signal })
      const args = [...this.#connection(), '--exit-on-error', '--no-owner', `--dbname=${process.database}`, file]
      await runPostgres(programs, 'pg_restore', args, { signal })
      return `s3://${this.#bucket}/${newest}`
    } finally {
      await rm(file, { force: true })
    }
  }

  async #open(purpose: string): Promise<HostBucket> {
    const { world, host } = this.#site
    await world.ports.need('objects')
    return new HostBucket(host.aws, world.architecture.region, this.#bucket, { kind: 'call', purpose })
  }

  async #listed(bucket: HostBucket): Promise<readonly string[]> {
    const keys = await bucket.list(this.#prefix)
    return keys.filter(key => key.endsWith('.dump')).sort()
  }

  /** Later than the newest one, also when a clock that ran faster has left a dump of tomorrow. */
  #nextKey(newest: string | undefined): string {
    const keyAt = (moment: number) =>
      `${this.#prefix}${new Date(moment).toISOString().slice(0, 19).replaceAll(':', '-')}Z.dump`
    const now = keyAt(this.#site.world.clock.now())
    if (newest === undefined || now > newest) return now
    const [, day = '', time = ''] = /(\d{4}-\d\d-\d\d)T(\d\d-\d\d-\d\d)Z\.dump$/.exec(newest) ?? []
    const last = Date.parse(`${day}T${time.replaceAll('-', ':')}Z`)
    return Number.isNaN(last) ? now : keyAt(last + seconds(1))
  }

  async #file(name: string): Promise<string> {
    const file = join(this.#site.folder, name)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    return file
  }

  #connection(): readonly string[] {
    const { server, process } = this.#site
    return [`--host=${server.folder}`, `--port=${server.port}`, `--username=${process.username}`]
  }
}
