import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '@terrace/kit'
import type { PostgresProcess } from '@terrace/model'
import { findPostgres, INSTALL_POSTGRES, type PostgresPrograms } from '../../../programs/postgres.ts'
import type { Host } from '../../../workload/host.ts'
import { LaunchFailure } from '../../../workload/launch-failure.ts'
import { postgresSocket } from '../../../workload/postgres.ts'
import type { World } from '../../../world.ts'
import { keepOnRoot } from '../mounts.ts'
import { closeToStrangers, setUp, waitUntilUp } from './administration.ts'
import { DataFolder } from './data-folder.ts'
import { Dumps } from './dumps.ts'
import { dumpTimes, scheduleDumps } from './schedule.ts'

/** What the PostgreSQL of an instance is started with. */
export interface PostgresSite {
  readonly world: World
  readonly host: Host
  readonly note: (kind: string, message: string) => void
  /** Starts the process over its data directory, and again whenever it ends. */
  readonly start: (process: PostgresProcess) => Promise<void>
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/** The image that the script runs on AWS. @see gallery.ecr.aws/docker/library/postgres */
export const postgresImage = ({ version }: PostgresProcess): string =>
  `public.ecr.aws/docker/library/postgres:${version}`

/**
 * Starts the PostgreSQL of an instance as the fixed script does: an empty data directory is filled from the newest dump
 * before anybody is let in, then it listens on the instance's loopback alone, and dumps are made at their times.
 *
 * differs: the server is the one of this machine, whatever version the document names, and compares texts byte by byte
 *
 * @throws LaunchFailure
 */
export async function startPostgres(site: PostgresSite, process: PostgresProcess, password: string): Promise<void> {
  const { name } = process
  try {
    await start(site, process, password)
  } catch (error) {
    if (site.signal.aborted || error instanceof LaunchFailure) throw error
    throw new LaunchFailure({ kind: 'program', name }, { kind: 'unusable', message: messageOf(error) }, error)
  }
}

async function start(site: PostgresSite, process: PostgresProcess, password: string): Promise<void> {
  const { world, host, note, signal } = site
  const { name, username, port, backups } = process
  const { folder } = host.description.networkInterface
  const times = backups && dumpTimes(backups.schedule, world.clock.now())
  const programs = await installed(name)
  await keepOnRoot(world, host, process.data)
  const data = new DataFolder(join(host.root, process.data))
  const empty = !data.isFinished
  if (empty) await data.initialize(programs, username, password)
  else if (Number(data.version) !== Number.parseInt(programs.version, 10)) {
    throw new Error(`its data are those of PostgreSQL ${data.version}; on this machine is ${programs.version}`)
  }
  await data.letIn('trust')
  const door = join(folder, `lo-${port}`)
  await rm(door, { force: true })
  await site.start(process)
  const server = { folder, port }
  await waitUntilUp(world, server, username, signal)
  await setUp(server, process, password)
  const own = join(host.root, `.postgres-${name}`)
  const dumps = backups && new Dumps({ world, host, programs, process, backups, server, folder: own, signal })
  const where = `${name} of ${host.description.id}`
  if (empty && dumps) {
    const url = await dumps.restore()
    if (url !== undefined) note('ec2.restored', `${where} was empty and was filled from ${url}`)
  }
  await data.letIn('scram-sha-256')
  await closeToStrangers(world, server, username)
  await data.finish()
  await symlink(postgresSocket(folder, port), door)
  if (!dumps || !times) return
  await mkdir(own, { recursive: true, mode: 0o700 })
  const passwordFile = join(own, 'pgpass')
  await writeFile(passwordFile, `*:*:*:${username}:${password.replace(/[\\:]/g, '\\$&')}\n`, { mode: 0o600 })
  scheduleDumps({ world, name: where, times, dumps, passwordFile, note, signal })
}

async function installed(name: string): Promise<PostgresPrograms> {
  const programs = await findPostgres()
  if (programs) return programs
  const message = `PostgreSQL is not installed on this machine: ${INSTALL_POSTGRES}`
  throw new LaunchFailure({ kind: 'program', name }, { kind: 'notHere', message })
}
