import { type Duration, type Logger, messageOf, seconds } from '@terrace/kit'
import { type Database, inTransaction, type Work } from '@terrace/service'
import type { Transaction } from 'kysely'
import type { Tables } from '../data/tables.ts'
import { fromRow, type Outgoing, toRow } from './outbox-row.ts'

/** Rows that one round takes, each with the messages of one transaction. */
const ROUND = 20
/** Nobody wakes a relay for what another instance stored before it died. */
const POLL = seconds(1)
const LONGEST_DELAY = seconds(5)
/** Longer than the queue may take to answer. */
const SILENCE = seconds(15)

/** Puts messages on the queue, and answers for each whether it is there. */
export type SendAll = (messages: readonly Outgoing[]) => Promise<readonly boolean[]>

/**
 * Moves messages from the outbox to the queue, as long as it runs. A message leaves the outbox once the queue has it:
 * who dies in between sends it again, so each gets there at least once. Several relays work side by side, each on rows
 * that no other one holds.
 */
export class Relay implements Work {
  readonly #database: Database<Tables>
  readonly #send: SendAll
  readonly #log: Logger
  readonly #stopping = new AbortController()
  readonly #ended: Promise<void>
  #wake = () => {}
  #wasWoken = false

  constructor(database: Database<Tables>, send: SendAll, log: Logger) {
    this.#database = database
    this.#send = send
    this.#log = log
    this.#ended = this.#run()
  }

  /** There is something in the outbox. */
  wake(): void {
    this.#wasWoken = true
    this.#wake()
  }

  /** Empties the outbox as far as it can in one round, and ends. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await this.#ended
  }

  async #run(): Promise<void> {
    let delay: Duration = POLL
    while (!this.#stopping.signal.aborted) {
      this.#wasWoken = false
      let moved = 0
      try {
        moved = await this.#round()
        delay = POLL
      } catch (error) {
        this.#log.warn('messages could not be put on the queue; they stay in the outbox', { error: messageOf(error) })
        delay = Math.min(delay * 2, LONGEST_DELAY)
        await this.#database.clock.sleep(delay, this.#stopping.signal).catch(() => {})
        continue
      }
      if (moved === 0 && !this.#wasWoken) await this.#rest(POLL)
    }
    await this.#round().catch(() => {})
  }

  #round(): Promise<number> {
    return inTransaction(
      this.#database,
      async transaction => {
        const rows = await transaction
          .selectFrom('outbox')
          .select(['id', 'messages', 'traces'])
          .orderBy('id')
          .limit(ROUND)
          .forUpdate()
          .skipLocked()
          .execute()
        if (rows.length === 0) return 0
        const messages = rows.flatMap(row => fromRow(row).map(message => ({ ...message, id: row.id })))
        const sent = await this.#send(messages)
        const left = Map.groupBy(
          messages.filter((_message, index) => !sent[index]),
          ({ id }) => id,
        )
        if (!sent.includes(true)) throw new Error('the queue took none of them')
        // One by one, by the key: a list of keys may make the server read past them, and wait for the rows of another
        // relay, which waits for ours.
        for (const { id } of rows) {
          const rest = left.get(id)
          if (rest) await keep(transaction, id, rest)
          else await transaction.deleteFrom('outbox').where('id', '=', id).execute()
        }
        return sent.filter(Boolean).length
      },
      // Locks no gap: orders go on being stored while the queue is spoken to.
      { isolation: 'read committed', silence: SILENCE },
    )
  }

  #rest(span: Duration): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#database.clock.after(span, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}

async function keep(db: Transaction<Tables>, id: number, rest: readonly Outgoing[]): Promise<void> {
  await db.updateTable('outbox').set(toRow(rest)).where('id', '=', id).execute()
}
