import { type Clock, type Instant, type Logger, messageOf, seconds } from '@terrace/kit'
import { type CursorKey, type CursorKeys, cursorKey } from './cursor.ts'

/** Reads the texts of the keys, the current one first. */
export type ReadKeys = () => Promise<readonly [string, ...string[]]>

/** However many unknown cursors come in, the secret isn't read more often. */
const AT_MOST_EVERY = seconds(5)

/** The keys could not be read yet. */
export class KeysUnreadable extends Error {
  constructor(cause: unknown) {
    super(`the secret of the cursors can't be read: ${messageOf(cause)}`, { cause })
    this.name = 'KeysUnreadable'
  }
}

/** Keys that are read from a secret, and again when it may have been rotated. What was read last stays good. */
export class RotatingKeys implements CursorKeys {
  readonly #read: ReadKeys
  readonly #clock: Clock
  readonly #log: Logger
  #keys: readonly CursorKey[] = []
  #reading: Promise<void> | undefined
  #lastTry: Instant = Number.NEGATIVE_INFINITY
  #said = ''

  constructor(read: ReadKeys, clock: Clock, log: Logger) {
    this.#read = read
    this.#clock = clock
    this.#log = log
  }

  get current(): CursorKey {
    const [key] = this.#keys
    if (!key) throw new KeysUnreadable('nobody has tried')
    return key
  }

  find(id: string): CursorKey | undefined {
    return this.#keys.find(key => key.id === id)
  }

  /**
   * The first reading.
   *
   * @throws KeysUnreadable, which passes by itself: a role or a secret may be about to be made
   */
  async load(): Promise<void> {
    try {
      await this.#readOnce()
    } catch (error) {
      this.#complain(error)
      throw new KeysUnreadable(error)
    }
  }

  async refresh(): Promise<void> {
    if (this.#reading === undefined && this.#clock.now() - this.#lastTry < AT_MOST_EVERY) return
    await this.#readOnce().catch(error => this.#complain(error))
  }

  // Who comes while others wait for the answer waits for the same.
  #readOnce(): Promise<void> {
    this.#lastTry = this.#clock.now()
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readNow(): Promise<void> {
    const before = this.#keys[0]?.id
    this.#keys = (await this.#read()).map(cursorKey)
    this.#said = ''
    const now = this.#keys[0]?.id
    if (now !== before) this.#log.info('cursors are signed with another key', { key: now, before })
  }

  // Every second while it starts: once is enough.
  #complain(error: unknown): void {
    const text = messageOf(error)
    if (text !== this.#said) this.#log.warn('the secret of the cursors could not be read', { error: text })
    this.#said = text
  }
}
