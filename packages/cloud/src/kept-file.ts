import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs'

/** A file that is longer than this when it is opened makes room: what it held is in `<file>.old` then. */
const LONGEST_BYTES = 32 * 1024 ** 2

/** Opens a file of lines for appending, readable by the user alone; of all earlier runs it keeps a bounded part. */
export function openKeptFile(path: string, longest = LONGEST_BYTES): WriteStream {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > longest) renameSync(path, `${path}.old`)
  return createWriteStream(path, { flags: 'a', mode: 0o600 })
}
