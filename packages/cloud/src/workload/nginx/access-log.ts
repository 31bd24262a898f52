import { execFile } from 'node:child_process'
import { constants, mkdirSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { Lines } from '../../processes/lines.ts'

/** A named pipe that NGINX writes its access log to. */
export interface AccessLog {
  readonly path: string
  close(): void
}

/**
 * Makes a named pipe and reads it line by line. NGINX opens its access log by name, and the standard output of a child of
 * Node's is a socket, which can't be opened by name.
 */
export async function openAccessLog(path: string, onLine: (line: string) => void): Promise<AccessLog> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  rmSync(path, { force: true })
  await promisify(execFile)('mkfifo', ['-m', '600', path])
  // Open for both, so that it doesn't end when NGINX does, and not blocking, so that the event loop can watch it.
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const reader = new Socket({ fd, readable: true, writable: false })
  const lines = new Lines(onLine)
  reader.on('data', chunk => lines.push(chunk))
  reader.on('error', () => {})
  return {
    path,
    close() {
      lines.end()
      reader.destroy()
    },
  }
}
