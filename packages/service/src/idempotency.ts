import { createHash } from 'node:crypto'
import { hours, type Instant } from '@terrace/kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from './database/connect.ts'
import type { Migration } from './database/migrate.ts'
import { inTransaction } from './database/transaction.ts'
import { Problem } from './http/problem.ts'

/** How long a key is remembered. */
const KEPT = hours(24)

/** The table that `idempotencyMigration` makes. Times are milliseconds since 1970. */
export interface IdempotencyTable {
  readonly idempotency_keys: {
    readonly id: string
    readonly fingerprint: string
    readonly status: number
    readonly location: string | null
    readonly body: string
    readonly created_at: number
  }
}

/** What a write answers with. */
export interface Answer<Body> {
  readonly status: 200 | 201
  readonly body: Body
  /** Where what was created is. */
  readonly location?: string
}

/** To be listed among an application's migrations under its own name. */
export const idempotencyMigration = (name: string): Migration => ({
  name,
  async up(db, dialect) {
    await db.schema
      .createTable('idempotency_keys')
      .ifNotExists()
      .addColumn('id', 'varchar(128)', column => column.primaryKey())
      .addColumn('fingerprint', 'varchar(64)', column => column.notNull())
      .addColumn('status', 'integer', column => column.notNull())
      .addColumn('location', 'varchar(255)')
      .addColumn('body', 'text', column => column.notNull())
      .addColumn('created_at', 'bigint', column => column.notNull())
      .modifyEnd(sql.raw(dialect.tableOptions))
      .execute()
  },
})

/**
 * Runs a write in a transaction. With an `Idempotency-Key`, its answer is kept in the same transaction and given again
 * to whoever repeats the request, with `Idempotency-Replayed: true`. Refusals are not kept: they changed nothing, so a
 * repetition is judged anew.
 *
 * @param scope  whose keys these are, `account 7`: without it, all clients share one set of keys
 * @throws Problem 422 when the key was used with another request; whatever `work` throws, with nothing written
 */
export async function write<Tables extends IdempotencyTable, Body>(
  database: Database<Tables>,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (transaction: Transaction<Tables>) => Promise<Answer<Body>>,
  scope = '',
): Promise<Body> {
  const given = request.headers['idempotency-key']
  if (typeof given !== 'string') return send(reply, await inTransaction(database, work))
  const key = scope === '' ? given : sha256(`${scope} ${given}`)
  const fingerprint = fingerprintOf(request)
  try {
    const answer = await inTransaction(database, async transaction => {
      // The key first: whoever repeats while we are at work waits here for our commit.
      const keys = transaction as unknown as Transaction<IdempotencyTable>
      const reserved = { id: key, fingerprint, status: 0, location: null, body: '', created_at: database.clock.now() }
      await reserve(keys, reserved, database)
      const done = await work(transaction)
      const { status, body, location = null } = done
      const kept = { status, location, body: JSON.stringify(body) }
      await keys.updateTable('idempotency_keys').set(kept).where('id', '=', key).execute()
      return done
    })
    return send(reply, answer)
  } catch (error) {
    if (!(error instanceof KeyTaken)) throw error
    reply.header('idempotency-replayed', 'true')
    return send(reply, await earlier<Body>(keysOf(database), key, fingerprint))
  }
}

/** Forgets keys of more than a day ago. */
export async function forgetOldKeys<Tables extends IdempotencyTable>(
  database: Database<Tables>,
  now: Instant,
): Promise<void> {
  await keysOf(database)
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', now - KEPT)
    .execute()
}

// Kysely can't see that a database with more tables has this one too.
const keysOf = <Tables extends IdempotencyTable>(database: Database<Tables>): Kysely<IdempotencyTable> =>
  database.db as unknown as Kysely<IdempotencyTable>

class KeyTaken extends Error {}

async function reserve<Tables>(
  keys: Transaction<IdempotencyTable>,
  row: IdempotencyTable['idempotency_keys'],
  { dialect }: Database<Tables>,
): Promise<void> {
  try {
    await keys.insertInto('idempotency_keys').values(row).execute()
  } catch (error) {
    throw dialect.isDuplicate(error) ? new KeyTaken() : error
  }
}

async function earlier<Body>(db: Kysely<IdempotencyTable>, key: string, fingerprint: string): Promise<Answer<Body>> {
  const row = await db.selectFrom('idempotency_keys').selectAll().where('id', '=', key).executeTakeFirst()
  if (!row) throw new Problem(409, 'The first request with this Idempotency-Key has only just ended; try again')
  if (row.fingerprint !== fingerprint)
    throw new Problem(422, 'This Idempotency-Key was used with another request; choose a new one')
  const body = JSON.parse(row.body) as Body
  return { status: row.status === 201 ? 201 : 200, body, ...(row.location ? { location: row.location } : {}) }
}

function send<Body>(reply: FastifyReply, answer: Answer<Body>): Body {
  reply.code(answer.status)
  if (answer.location) reply.header('location', answer.location)
  return answer.body
}

function fingerprintOf(request: FastifyRequest): string {
  const path = request.url.replace(/\/?(\?.*)?$/, '')
  return sha256(`${request.method} ${path} ${JSON.stringify(request.body ?? null)}`)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
