import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Served, serve, works } from '../api/process.ts'

/** Debian's own interpreter: its packages are the peer. */
const PYTHON = '/usr/bin/python3'
const MODULES = ['flask', 'sqlalchemy', 'MySQLdb', 'gunicorn'] as const
const PACKAGES = 'python3-flask python3-sqlalchemy python3-mysqldb gunicorn'

const SESSION_SECRET = 'a secret for measuring and for nothing else'

/** Where the data is, as each program wants to be told. */
export interface Data {
  /** `DATABASE_URL` */
  readonly url: string
  readonly socketPath: string
  readonly database: string
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Our application, bundled as for its image: one process. */
export async function startNotes({ url }: Data): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-bench-'))
  // In a process of its own: this one is about to measure.
  execFileSync(process.execPath, [here('../../systems/notes/app/bundle.ts'), folder])
  let address: string | undefined
  const environment = { DATABASE_URL: url, PORT: '0', SESSION_SECRET }
  const served = await serve([process.execPath, join(folder, 'main.js')], environment, line => {
    address ??= /"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(line)?.[1]
    return line.includes('"message":"ready"') ? address : undefined
  })
  return {
    ...served,
    async stop() {
      await served.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What the figure is compared with. */
export const PEER = 'Flask + SQLAlchemy + mysqlclient, gunicorn 1 × 8'

/** Why the peer can't run on this machine, and what to install. */
export const peerMissing = (): string | undefined =>
  works(PYTHON, '-c', `import ${MODULES.join(', ')}`) ? undefined : `apt-get install ${PACKAGES}`

/** The peer: one process, eight threads. */
export const startPeer = ({ socketPath, database }: Data): Promise<Served> =>
  serve(
    [
      PYTHON,
      '-m',
      'gunicorn',
      ...['--chdir', here('peers'), '--bind', '127.0.0.1:0'],
      ...['--workers', '1', '--threads', '8', '--worker-class', 'gthread', '--keep-alive', '75'],
      'notes_app:app',
    ],
    {
      PATH: '/usr/bin:/bin',
      DATABASE_SOCKET: socketPath,
      DATABASE_NAME: database,
      SESSION_SECRET,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
    },
    line => /Listening at: http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1],
  )
