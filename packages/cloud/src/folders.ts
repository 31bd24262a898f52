import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Where a running system keeps its files. All of them are readable by the user alone. */
export interface Folders {
  /** `.terrace/<name>`: survives a stop, forgotten by `terrace reset`. */
  readonly state: string
  /** Databases, objects, secrets: what the system itself stored. */
  readonly data: string
  readonly logs: string
  readonly certificates: string
  /** Sockets; the path is short, because Linux allows 107 characters for a socket's. */
  readonly run: string
}

/** Makes the folders of a system whose state lives in `state`. The same state folder always gives the same run folder. */
export function makeFolders(state: string): Folders {
  const short = createHash('sha256').update(state).digest('hex').slice(0, 8)
  const folders = {
    state,
    data: join(state, 'data'),
    logs: join(state, 'logs'),
    certificates: join(state, 'certificates'),
    run: join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `terrace-${userInfo().uid}`, short),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folders
}
