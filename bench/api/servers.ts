import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Served, serve, works } from './process.ts'

/** Debian's own interpreter: its packages are the peers. */
const PYTHON = '/usr/bin/python3'

/** Where the data is, as each program wants to be told. */
export interface Data {
  /** `DATABASE_URL` */
  readonly url: string
  readonly socketPath: string
  readonly database: string
}

/** A program that answers `GET /books/`. */
export interface Server {
  readonly name: string
  /** Why it can't run on this machine. */
  missing(): string | undefined
  start(data: Data): Promise<Served>
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const python = ({ socketPath, database }: Data) => ({
  PATH: '/usr/bin:/bin',
  DATABASE_SOCKET: socketPath,
  DATABASE_NAME: database,
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONUNBUFFERED: '1',
})

const withoutPython = (...modules: readonly string[]): string | undefined =>
  works(PYTHON, '-c', `import ${modules.join(', ')}`) ? undefined : `${modules.join(', ')} not installed for ${PYTHON}`

/** Our API, bundled as for its image. */
export const ours: Server = {
  name: 'library',
  missing: () => undefined,
  async start({ url }) {
    const folder = mkdtempSync(join(tmpdir(), 'terrace-bench-'))
    // In a process of its own: this one is about to measure.
    execFileSync(process.execPath, [here('../../systems/library/api/bundle.ts'), folder])
    let address: string | undefined
    const served = await serve([process.execPath, join(folder, 'main.js')], { DATABASE_URL: url, PORT: '0' }, line => {
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
  },
}

export const bare: Server = {
  name: 'bare node:http',
  missing: () => undefined,
  start: ({ url }) => serve([process.execPath, here('peers/bare.ts'), url], {}, line => /^(\d+)$/.exec(line)?.[1]),
}

export const flask: Server = {
  name: 'Flask + mysqlclient, gunicorn 2 × 8',
  missing: () => withoutPython('flask', 'MySQLdb', 'gunicorn'),
  start: data =>
    serve(
      [
        PYTHON,
        '-m',
        'gunicorn',
        ...['--chdir', here('peers'), '--bind', '127.0.0.1:0'],
        ...['--workers', '2', '--threads', '8', '--worker-class', 'gthread', '--keep-alive', '75'],
        'flask_app:app',
      ],
      python(data),
      line => /Listening at: http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1],
    ),
}

export const fastapi: Server = {
  name: 'FastAPI + SQLAlchemy + PyMySQL, uvicorn 1',
  missing: () => withoutPython('fastapi', 'sqlalchemy', 'pymysql', 'uvicorn'),
  start: data =>
    serve(
      [
        PYTHON,
        '-m',
        'uvicorn',
        ...['--app-dir', here('peers'), '--host', '127.0.0.1', '--port', '0'],
        ...['--workers', '1', '--no-access-log', 'fastapi_app:app'],
      ],
      python(data),
      line => /running on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1],
    ),
}
