import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, TerraceError } from '@terrace/kit'
import type { Changes } from '../member.ts'
import type { AdminClient } from './client.ts'
import { MARIADB_ENVIRONMENT } from './data-folder.ts'
import { collect, type DumpSource, POSITION_FILE, program, run } from './dump.ts'

/** A closed log file in the archive: the transactions `after` (without it) to `last`, by their sequence numbers. */
interface Segment {
  readonly name: string
  readonly member: number
  readonly after: number
  readonly last: number
}

/** The sequence number of a position such as `0-1-4711`; all changes are in domain 0. */
export function sequenceOf(position: string): number {
  const own = position.split(',').filter(part => part.startsWith('0-'))
  return Math.max(0, ...own.map(part => Number(part.split('-')[2] ?? 0)))
}

const SEGMENT = /^(\d+)-(\d+)-m(\d)\.binlog$/

async function segmentsIn(archive: string): Promise<readonly Segment[]> {
  const names = existsSync(archive) ? await readdir(archive) : []
  return names.flatMap(name => {
    const parts = SEGMENT.exec(name)
    return parts ? [{ name, after: Number(parts[1]), last: Number(parts[2]), member: Number(parts[3]) }] : []
  })
}

const nameOf = ({ member, after, last }: Omit<Segment, 'name'>): string =>
  `${String(after).padStart(16, '0')}-${String(last).padStart(16, '0')}-m${member}.binlog`

/**
 * Closes the log file that is written to, and puts all closed ones into the archive, as hard links: they take no room twice,
 * and stay when the server removes its own.
 *
 * @returns the position up to which the archive is complete
 */
export async function shipBinlogs(
  client: AdminClient,
  { member, dataFolder, archive }: { readonly member: number; readonly dataFolder: string; readonly archive: string },
): Promise<string> {
  const [before] = await client.query('SELECT @@gtid_binlog_pos AS position')
  const known = await segmentsIn(archive)
  const position = String(before?.position ?? '')
  if (known.some(({ last }) => last >= sequenceOf(position)) || position === '') return position
  await mkdir(archive, { recursive: true, mode: 0o700 })
  await client.query('FLUSH BINARY LOGS')
  const rows = await client.query('SHOW BINARY LOGS')
  const files = rows.map(row => String(row.Log_name))
  let next: number | undefined
  for (const file of files.toReversed()) {
    const after = await startOf(client, file)
    if (next !== undefined && next > after) {
      const name = nameOf({ member, after, last: next })
      // What is older is there, too.
      if (existsSync(join(archive, name))) break
      await linkOrCopy(join(dataFolder, file), join(archive, name))
    }
    next = after
  }
  return position
}

/** How far the changes had come when a log file was begun. */
async function startOf(client: AdminClient, file: string): Promise<number> {
  const events = await client.query(`SHOW BINLOG EVENTS IN '${file}' LIMIT 3`)
  const list = events.find(({ Event_type }) => Event_type === 'Gtid_list')
  return sequenceOf(String(list?.Info ?? '').replace(/[[\]]/g, ''))
}

/**
 * A primary that was lost may have archived what its standby never got, and nobody was told was written. To be called before
 * the new primary takes its first write.
 * @param position of the new primary
 */
export async function cutBinlogs(archive: string, position: string): Promise<void> {
  const end = sequenceOf(position)
  for (const segment of await segmentsIn(archive)) {
    if (segment.last <= end) continue
    const file = join(archive, segment.name)
    if (segment.after >= end) await rm(file, { force: true })
    else await rename(file, join(archive, nameOf({ ...segment, last: end })))
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  const unfinished = `${to}.new`
  await rm(unfinished, { force: true })
  await link(from, unfinished).catch(() => copyFile(from, unfinished))
  await rename(unfinished, to)
}

/** Removes what a backup has already. */
export async function trimBinlogs(archive: string, backup: string): Promise<void> {
  const base = sequenceOf(readFileSync(join(backup, POSITION_FILE), 'utf8'))
  for (const { name, last } of await segmentsIn(archive)) {
    if (last <= base) await rm(join(archive, name), { force: true })
  }
}

/**
 * Runs on a server that was filled from a backup what the archive has after it.
 * @throws TerraceError RDS_LOGS_MISSING, RDS_DUMP_FAILED
 */
export async function replayBinlogs(target: DumpSource, backup: string, { archive, until }: Changes): Promise<void> {
  const segments = await segmentsIn(archive)
  let at = sequenceOf(readFileSync(join(backup, POSITION_FILE), 'utf8'))
  const end = 'position' in until ? sequenceOf(until.position) : Math.max(at, ...segments.map(({ last }) => last))
  // "Stop reading the binlog at first event having a datetime equal or posterior": whole seconds.
  const stop = 'at' in until ? new Date(until.at).toISOString().slice(0, 19).replace('T', ' ') : undefined
  while (at < end) {
    const here = at
    const [next] = segments.filter(({ after, last }) => after <= here && last > here).sort((a, b) => b.last - a.last)
    if (!next) {
      throw new TerraceError('RDS_LOGS_MISSING', `the archive ${archive} has no changes after 0-${here}`, {
        blame: 'internal',
      })
    }
    const last = Math.min(next.last, end)
    const outcome = { ended: false }
    await run(target, () => statementsOf(join(archive, next.name), { after: here, last, stop, outcome }))
    if (outcome.ended) return
    at = last
  }
}

/** Names of transactions belong to the server that wrote them: the new instance gives its own. */
const NAMES_OF_OTHERS = /^\/\*M?![0-9]+ SET @@session\.(gtid_domain_id|server_id|gtid_seq_no)=/

const LONGEST_NAME = 64

/** What it says of a log that goes on after the moment, or begins after it. */
const STOPPED_BY_TIME = /Did not reach stop position|never reached expected GTID state/

interface Range {
  readonly after: number
  readonly last: number
  /** The moment to stop at, in MariaDB's words. */
  readonly stop: string | undefined
  /** Whether that moment was reached. */
  readonly outcome: { ended: boolean }
}

async function* statementsOf(file: string, { after, last, stop, outcome }: Range): AsyncGenerator<Buffer> {
  const args = [
    '--no-defaults',
    `--start-position=0-1-${after}`,
    `--stop-position=0-1-${last}`,
    ...(stop === undefined ? [] : [`--stop-datetime=${stop}`]),
    file,
  ]
  const child = spawn(program('mariadb-binlog', 'mysqlbinlog'), args, {
    env: MARIADB_ENVIRONMENT,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors = collect(child.stderr)
  const ended = once(child, 'close')
  ended.catch(() => {})
  for await (const line of linesOf(child.stdout)) {
    if (!NAMES_OF_OTHERS.test(line.subarray(0, LONGEST_NAME).toString('latin1'))) yield line
  }
  const [code] = await ended.catch((error: unknown) => [messageOf(error)])
  outcome.ended = stop !== undefined && STOPPED_BY_TIME.test(errors())
  if (code === 0 || outcome.ended) return
  throw new TerraceError('RDS_DUMP_FAILED', `MariaDB's log ${file} could not be read: ${errors() || code}`, {
    hint: 'positions of logs are understood by MariaDB 10.8 and later',
  })
}

/** Lines with their ends, as bytes: statements may be in any character set. */
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = data.lastIndexOf(NEWLINE) + 1
    for (let from = 0; from < end; ) {
      const to = data.indexOf(NEWLINE, from) + 1
      yield data.subarray(from, to)
      from = to
    }
    rest = data.subarray(end)
  }
  if (rest.length > 0) yield rest
}

const NEWLINE = 0x0a
