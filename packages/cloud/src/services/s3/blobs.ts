import { constants, createReadStream, mkdirSync, readdirSync } from 'node:fs'
import { copyFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { LOWER_ALPHANUMERIC, type Random } from '@terrace/kit'
import { sendFile } from './send-file.ts'
import { writeNewFile } from './write-file.ts'

/** Bytes on disk under a name that nobody chose. */
export interface Blob {
  readonly name: string
  readonly size: number
}

/** Which bytes, first and last included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

const READ_AT_ONCE = 256 * 1024

/**
 * The bytes of a bucket's objects and parts, each in a file with a random name, so that no key ever becomes a path. Bytes
 * that somebody still reads stay until he is done.
 */
export class Blobs {
  readonly #folder: string
  readonly #random: Random
  readonly #readers = new Map<string, number>()
  readonly #doomed = new Set<string>()

  /** @param random  must never repeat itself, also not at the next start */
  constructor(folder: string, random: Random) {
    this.#folder = folder
    this.#random = random
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /**
   * Writes a stream to the end; nothing is left when it fails.
   *
   * @param owned  nobody else has the stream's pieces: their memory is gone once they are written
   */
  async write(source: AsyncIterable<Buffer>, owned = false): Promise<Blob> {
    const name = this.#newName()
    const size = await writeNewFile(join(this.#folder, name), source, { owned })
    return { name, size }
  }

  /** A second blob with the same bytes; shares them where the file system can. */
  async copy({ name, size }: Blob): Promise<Blob> {
    const copy = this.#newName()
    const release = this.#hold([name])
    try {
      await copyFile(join(this.#folder, name), join(this.#folder, copy), constants.COPYFILE_FICLONE)
    } finally {
      release()
    }
    return { name: copy, size }
  }

  /** Blobs one after the other as one stream. What they held when this was called is what comes. */
  read(blobs: readonly Blob[], range?: ByteRange): Readable {
    const pieces = piecesOf(blobs, range)
    const release = this.#hold(pieces.map(piece => piece.name))
    const [first] = pieces
    const stream =
      pieces.length === 1 && first
        ? this.#open(first)
        : Readable.from(this.#oneAfterTheOther(pieces), { objectMode: false })
    return stream.once('close', release)
  }

  /**
   * Sends blobs one after the other, as `read` gives them, and at much less cost.
   *
   * @param target  is neither ended nor destroyed
   * @throws when it closes before the end, or a file can't be read
   */
  async send(blobs: readonly Blob[], range: ByteRange | undefined, target: Writable): Promise<void> {
    const pieces = piecesOf(blobs, range)
    const release = this.#hold(pieces.map(piece => piece.name))
    try {
      for (const piece of pieces) await sendFile(join(this.#folder, piece.name), piece, target)
    } finally {
      release()
    }
  }

  /** Takes blobs away, those that are being read as soon as they aren't any more. */
  remove(blobs: readonly Blob[]): void {
    for (const { name } of blobs) {
      if (this.#readers.has(name)) this.#doomed.add(name)
      else this.#unlink(name)
    }
  }

  /** Removes what a crash left: files that no object and no upload knows. */
  sweep(known: ReadonlySet<string>): void {
    for (const name of readdirSync(this.#folder)) {
      if (!known.has(name)) this.#unlink(name)
    }
  }

  #newName(): string {
    return this.#random.text(24, LOWER_ALPHANUMERIC)
  }

  #open({ name, start, end }: Piece): Readable {
    // An end before the start would mean "to the end of the file".
    if (end < start) return Readable.from([], { objectMode: false })
    return createReadStream(join(this.#folder, name), { start, end, highWaterMark: READ_AT_ONCE })
  }

  async *#oneAfterTheOther(pieces: readonly Piece[]): AsyncGenerator<Buffer> {
    for (const piece of pieces) yield* this.#open(piece)
  }

  #hold(names: readonly string[]): () => void {
    for (const name of names) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1)
    return () => {
      for (const name of names) {
        const left = (this.#readers.get(name) ?? 1) - 1
        if (left > 0) this.#readers.set(name, left)
        else this.#readers.delete(name)
        if (left === 0 && this.#doomed.delete(name)) this.#unlink(name)
      }
    }
  }

  #unlink(name: string): void {
    // A file that can't be removed now is swept at the next start.
    void unlink(join(this.#folder, name)).catch(() => {})
  }
}

interface Piece extends ByteRange {
  readonly name: string
}

function piecesOf(blobs: readonly Blob[], range: ByteRange | undefined): readonly Piece[] {
  const pieces: Piece[] = []
  let offset = 0
  for (const { name, size } of blobs) {
    const start = Math.max((range?.start ?? 0) - offset, 0)
    const end = Math.min((range?.end ?? Number.POSITIVE_INFINITY) - offset, size - 1)
    if (start <= end) pieces.push({ name, start, end })
    offset += size
  }
  return pieces
}
