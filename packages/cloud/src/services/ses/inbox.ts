import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type InboxEntry, type InboxMessage, inboxEntrySchema } from '@terrace/control'
import { EventBus, errnoOf, type Stop, TerraceError } from '@terrace/kit'
import { MOST_KEPT } from './limits.ts'

/** A message that has arrived. */
export type Arrived = Omit<InboxEntry, 'id' | 'bytes'> & { readonly content: Buffer }

interface Waiting {
  readonly entry: InboxEntry
  readonly content: Buffer
  readonly kept: PromiseWithResolvers<InboxEntry>
}

/**
 * What would have left for the internet stays here: the newest messages, one file of RFC 5322 each (`.eml`), which mail
 * programs open, and a list of them.
 */
export class Inbox {
  readonly #folder: string
  readonly #index: string
  readonly #most: number
  readonly #bus = new EventBus<{ readonly kind: 'arrived'; readonly entry: InboxEntry }>()
  readonly #entries: InboxEntry[]
  #linesInIndex: number
  #next: number
  #waiting: Waiting[] = []

  /** @param most  the oldest make room for more */
  constructor(folder: string, most = MOST_KEPT) {
    this.#folder = folder
    this.#most = most
    this.#index = join(folder, 'index.jsonl')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const files = new Set(readdirSync(folder))
    const lines = readLines(this.#index)
    this.#entries = lines.flatMap(readEntry).filter(({ id }) => files.has(fileName(id)))
    this.#next = Number(this.#entries.at(-1)?.id ?? 0) + 1
    this.#linesInIndex = lines.length
    this.#removeStray(files)
    this.#trim()
    // A line that a crash has cut off must not take the next one with it.
    if (this.#linesInIndex > 0) this.#rewriteIndex()
  }

  /** The newest last. */
  list(): readonly InboxEntry[] {
    return [...this.#entries]
  }

  /** What arrives from now on. */
  subscribe(listener: (entry: InboxEntry) => void): Stop {
    return this.#bus.subscribe(({ entry }) => listener(entry))
  }

  /** When it resolves, the message stays until 10,000 newer ones have come, or `terrace reset`. */
  keep({ content, ...rest }: Arrived): Promise<InboxEntry> {
    const entry: InboxEntry = { id: String(this.#next++), ...rest, bytes: content.length }
    const kept = Promise.withResolvers<InboxEntry>()
    this.#waiting.push({ entry, content, kept })
    if (this.#waiting.length === 1) queueMicrotask(() => this.#write())
    return kept.promise
  }

  // Those that come at once go into the list at once. In place: handing a small file to another thread takes longer
  // than writing it.
  #write(): void {
    const batch = this.#waiting
    this.#waiting = []
    try {
      this.#writeBatch(batch)
    } catch (error) {
      for (const { kept } of batch) kept.reject(error)
    }
  }

  #writeBatch(batch: readonly Waiting[]): void {
    for (const { entry, content } of batch) {
      writeFileSync(join(this.#folder, fileName(entry.id)), content, { mode: 0o600 })
    }
    appendFileSync(this.#index, batch.map(({ entry }) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 })
    this.#linesInIndex += batch.length
    this.#entries.push(...batch.map(({ entry }) => entry))
    this.#trim()
    if (this.#linesInIndex > 2 * this.#most) this.#rewriteIndex()
    for (const { entry, kept } of batch) {
      this.#bus.publish({ kind: 'arrived', entry })
      kept.resolve(entry)
    }
  }

  /** @throws TerraceError INBOX_NO_SUCH_MESSAGE */
  async read(id: string): Promise<InboxMessage> {
    const entry = this.#entries.find(each => each.id === id)
    if (!entry) throw this.#unknown(id)
    const content = await readFile(join(this.#folder, fileName(id)))
    const { default: PostalMime } = await import('postal-mime')
    const { headers, text, html, attachments } = await PostalMime.parse(content)
    return {
      ...entry,
      headers: headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
      ...(text === undefined ? {} : { text }),
      ...(html === undefined ? {} : { html }),
      attachments: attachments.map(({ filename, mimeType, content: bytes }) => ({
        name: filename ?? '',
        type: mimeType,
        bytes: typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.byteLength,
      })),
      raw: content.toString('base64'),
    }
  }

  #unknown(id: string): TerraceError {
    const [oldest, newest] = [this.#entries[0], this.#entries.at(-1)]
    const there = oldest && newest ? `there are ${oldest.id} to ${newest.id}` : 'the inbox is empty'
    return new TerraceError('INBOX_NO_SUCH_MESSAGE', `there is no message ${JSON.stringify(id)}: ${there}`, {
      hint: `terrace inbox <name> lists them; the newest ${this.#most} are kept`,
    })
  }

  #trim(): void {
    for (const { id } of this.#entries.splice(0, this.#entries.length - this.#most)) {
      rmSync(join(this.#folder, fileName(id)), { force: true })
    }
  }

  /** Written, but never listed: the sender was never told that it was accepted. */
  #removeStray(files: ReadonlySet<string>): void {
    const listed = new Set(this.#entries.map(({ id }) => fileName(id)))
    for (const file of files) {
      if (file.endsWith('.eml') && !listed.has(file)) rmSync(join(this.#folder, file), { force: true })
    }
  }

  #rewriteIndex(): void {
    const text = this.#entries.map(entry => `${JSON.stringify(entry)}\n`).join('')
    writeFileSync(`${this.#index}.new`, text, { mode: 0o600 })
    renameSync(`${this.#index}.new`, this.#index)
    this.#linesInIndex = this.#entries.length
  }
}

const fileName = (id: string): string => `${id.padStart(8, '0')}.eml`

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Nothing for a line that a crash has cut off. */
function readEntry(line: string): readonly InboxEntry[] {
  try {
    return [inboxEntrySchema.parse(JSON.parse(line))]
  } catch {
    return []
  }
}
