import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes that the files below a folder take; links are not followed. A folder that is gone takes none. */
export async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesBelow(path)
    else if (entry.isFile())
      bytes += await lstat(path).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      )
  }
  return bytes
}
