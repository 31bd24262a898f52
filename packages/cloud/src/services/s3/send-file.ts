import { type FileHandle, open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import type { ByteRange } from './blobs.ts'

/** Bytes that are read from a file at once. */
const READ_AT_ONCE = 256 * 1024

/** Buffers that are kept for the next reader. */
const MOST_SPARE = 16

const spare: Buffer[] = []

/**
 * Sends a part of a file, each piece when the one before has left this process. A few buffers serve all readers: memory
 * that is new for every piece would have V8 collect garbage every 64 MB.
 *
 * @throws what opening, reading and sending end with; Error when the target closes first, or the file is too short
 */
export async function sendFile(path: string, { start, end }: ByteRange, target: Writable): Promise<void> {
  const file = await open(path, 'r')
  try {
    const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(READ_AT_ONCE)
    for (let position = start; position <= end; ) {
      const bytes = await readSome(file, buffer, position, Math.min(buffer.length, end + 1 - position))
      await send(target, bytes)
      position += bytes.length
    }
    // Not after a failure: then a piece may still be on its way.
    if (spare.length < MOST_SPARE) spare.push(buffer)
  } finally {
    await file.close()
  }
}

async function readSome(file: FileHandle, buffer: Buffer, position: number, length: number): Promise<Buffer> {
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead === 0) throw new Error(`a file of an object ends at byte ${position}, before it should`)
  return buffer.subarray(0, bytesRead)
}

/** Resolves when the bytes are out of the buffer. */
function send(target: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error('the reader has gone'))
    if (target.destroyed) return onClose()
    target.once('close', onClose)
    target.write(bytes, error => {
      target.off('close', onClose)
      if (error) reject(error)
      else resolve()
    })
  })
}
