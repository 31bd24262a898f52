import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { seeded, systemClock } from '@terrace/kit'
import type { ArchitectureNode } from '@terrace/model'
import { Journal } from '../journal.ts'
import { testArchitecture } from '../testing/architecture.ts'
import { type NetworkLink, openLink } from './link.ts'
import type { NetworkInterface } from './network.ts'
import { VpcNetwork } from './vpc-network.ts'

const PRELOAD = new URL('./preload.cts', import.meta.url).pathname

/** A network with real links and processes, for the tests of this folder. */
export class TestNetwork {
  readonly network: VpcNetwork
  readonly journal: Journal
  readonly folder = mkdtempSync(join(tmpdir(), 'net-'))
  readonly #links = new Map<string, NetworkLink>()
  readonly #children = new Set<ChildProcess>()
  readonly #servers = new Set<Server>()
  readonly #sockets = new Set<Socket>()

  constructor(nodes: readonly ArchitectureNode[]) {
    this.journal = new Journal(systemClock)
    this.network = new VpcNetwork({
      architecture: testArchitecture(nodes),
      random: seeded(1),
      folder: this.folder,
      clock: systemClock,
      journal: this.journal,
    })
  }

  /** Starts a script as a workload of an interface; the link is opened once. */
  async start(at: NetworkInterface, script: string, environment: Record<string, string> = {}): Promise<TestProcess> {
    const link = this.#links.get(at.id) ?? (await openLink(this.network, at))
    this.#links.set(at.id, link)
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: {
        PATH: process.env.PATH,
        ...environment,
        NODE_OPTIONS: `--require=${PRELOAD}`,
        TERRACE_LINK: link.socket,
        TERRACE_FOLDER: at.folder,
      },
    })
    this.#children.add(child)
    return new TestProcess(child)
  }

  /** The output of a script that ends by itself. */
  async run(at: NetworkInterface, script: string, environment: Record<string, string> = {}): Promise<string> {
    return await (await this.start(at, script, environment)).output()
  }

  /** Listens on a port of an interface as something that isn't a Node workload does. */
  async listen(at: NetworkInterface, port: number, onConnection: (socket: Socket) => void): Promise<void> {
    await this.listenAt(this.network.socketOf(at, port), onConnection)
  }

  async listenAt(path: string, onConnection: (socket: Socket) => void): Promise<void> {
    const server = createServer(socket => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      onConnection(socket)
    })
    this.#servers.add(server)
    server.listen(path)
    await once(server, 'listening')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    for (const socket of this.#sockets) socket.destroy()
    for (const server of this.#servers) server.close()
    for (const link of this.#links.values()) link.close()
    await this.network.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A process whose lines a test waits for. */
export class TestProcess {
  readonly child: ChildProcess
  readonly #lines: string[] = []
  readonly #waiting = new Set<() => void>()
  readonly #closed: Promise<unknown>

  constructor(child: ChildProcess) {
    this.child = child
    this.#closed = once(child, 'close')
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface(stream).on('line', line => {
        this.#lines.push(line)
        for (const check of [...this.#waiting]) check()
      })
    }
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  /** The next line from now on, or one already there, that begins so. */
  async line(start: string): Promise<string> {
    const find = () => this.#lines.find(line => line.startsWith(start))
    const there = find()
    if (there !== undefined) return there
    return await new Promise(resolve => {
      const check = () => {
        const line = find()
        if (line === undefined) return
        this.#waiting.delete(check)
        resolve(line)
      }
      this.#waiting.add(check)
    })
  }

  say(line: string): void {
    this.child.stdin?.write(`${line}\n`)
  }

  async output(): Promise<string> {
    await this.#closed
    return this.#lines.join('\n')
  }
}
