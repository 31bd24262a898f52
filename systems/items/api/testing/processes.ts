import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LogLines } from '@terrace/service/testing'
import { bundleApi } from '../bundle.ts'

/** The API as it is deployed: in one file, in a folder of its own. */
export interface Bundle extends Disposable {
  /** The text of the program. */
  readonly text: string
  /** Starts it as a process with nothing in its environment but this. */
  start(environment: Readonly<Record<string, string>>): ItemsProcess
}

export interface ItemsProcess {
  readonly log: LogLines
  /** What it wrote to standard error. */
  complaints(): string
  /** Resolves when it is ready. */
  url(): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Bundles it into a temporary folder. */
export async function startBundle(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-items-'))
  const file = join(await bundleApi(folder), 'main.js')
  const processes = new Set<ChildProcess>()
  return {
    text: readFileSync(file, 'utf8'),
    start(environment) {
      const child = spawn(process.execPath, [file], {
        cwd: folder,
        env: { PORT: '0', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      processes.add(child)
      return watch(child)
    },
    [Symbol.dispose]() {
      for (const child of processes) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function watch(child: ChildProcess): ItemsProcess {
  const log = new LogLines()
  let complaints = ''
  child.stdout?.setEncoding('utf8').on('data', log.write)
  child.stderr?.setEncoding('utf8').on('data', text => {
    complaints += text
  })
  return {
    log,
    complaints: () => complaints,
    async url() {
      await log.next('ready')
      return String((await log.next('listening')).url)
    },
    kill: signal => void child.kill(signal),
    // `close` comes after the last line was read, `exit` may come before.
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  }
}

/** Stands in for Secrets Manager: one secret, whose versions are set by their stage. */
export async function startSecrets() {
  const stages = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const { SecretId, VersionStage } = JSON.parse((await request.toArray()).join(''))
    const SecretString = SecretId === 'cursors' ? stages.get(VersionStage) : undefined
    response.writeHead(SecretString === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(
      JSON.stringify(
        SecretString === undefined
          ? { __type: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret value." }
          : { Name: SecretId, SecretString, VersionStages: [VersionStage] },
      ),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stages,
    [Symbol.dispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Calls over HTTPS as a balancer does: it doesn't verify whom it reaches. */
export async function callTls(url: string, method = 'GET', body?: unknown) {
  const call = request(url, {
    method,
    agent: false,
    rejectUnauthorized: false,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
  })
  call.end(body === undefined ? undefined : JSON.stringify(body))
  const [answer] = await once(call, 'response')
  const text: string = (await answer.toArray()).join('')
  return { status: Number(answer.statusCode), body: text === '' ? undefined : JSON.parse(text) }
}
