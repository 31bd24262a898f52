import { type FileHandle, open, unlink } from 'node:fs/promises'

/** Bytes that are gathered before the file system is asked to take them: a call for each packet would cost more than it writes. */
const WRITE_AT_ONCE = 512 * 1024

/** Pieces gathered at most, so that a body of single bytes doesn't become a list of single bytes. */
const MOST_PIECES = 256

interface Options {
  /** Nobody else has the pieces: their memory is given back as soon as they are written. */
  readonly owned?: boolean | undefined
}

/**
 * Writes a stream into a new file that only its owner may read. While one batch is being written, the next is gathered;
 * there are never more than those two in memory. No file is left when the source or the writing fails.
 *
 * @returns the bytes written
 * @throws what the source throws, EEXIST when there is such a file, ENOSPC …
 */
export async function writeNewFile(
  path: string,
  source: AsyncIterable<Buffer>,
  { owned = false }: Options = {},
): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    const size = await writeAll(file, source, owned)
    await file.close()
    return size
  } catch (error) {
    await file.close().catch(() => {})
    await unlink(path).catch(() => {})
    throw error
  }
}

async function writeAll(file: FileHandle, source: AsyncIterable<Buffer>, owned: boolean): Promise<number> {
  let total = 0
  let batch: Buffer[] = []
  let gathered = 0
  let writing: Promise<void> | undefined
  const flush = async () => {
    const [pieces, size] = [batch, gathered]
    batch = []
    gathered = 0
    await writing
    writing = writeBatch(file, pieces, size).then(() => {
      if (owned) for (const piece of pieces) giveBack(piece)
    })
    // Whoever waits for it next hears of it; until then it must not count as unheard.
    writing.catch(() => {})
  }
  try {
    for await (const piece of source) {
      batch.push(piece)
      gathered += piece.length
      total += piece.length
      if (gathered >= WRITE_AT_ONCE || batch.length >= MOST_PIECES) await flush()
    }
    if (gathered > 0) await flush()
    await writing
  } finally {
    // The file may be closed only when nothing is under way.
    await writing?.catch(() => {})
  }
  return total
}

async function writeBatch(file: FileHandle, pieces: readonly Buffer[], size: number): Promise<void> {
  const { bytesWritten } = await file.writev(pieces)
  // The system may take less than all, for instance before it says that the disk is full.
  if (bytesWritten < size) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten))
}

/**
 * Frees the memory of a piece that fills its buffer. Left to the garbage collector it would cost a full collection every
 * 64 MB, which is more than all the rest of an upload: V8 counts memory outside of its heap as a reason for one.
 */
function giveBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0)
}
