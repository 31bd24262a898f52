import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { HEX, LOWER_ALPHANUMERIC, secureRandom, TerraceError } from '@terrace/kit'
import { startThread } from '../../thread/thread.ts'
import { type NetworkLink, openLink } from '../link.ts'
import type { Network, NetworkInterface, ProxyPort, Relay } from '../network.ts'
import type { FromRelays, ToRelays } from './messages.ts'

/** An interface whose relays are open. */
interface Used {
  readonly link: Promise<NetworkLink>
  relays: number
}

/** The control plane's side of the relays. Their thread starts with the first one. */
export class Relays {
  readonly #network: Network
  readonly #folder: string
  readonly #used = new Map<string, Used>()
  readonly #waiting = new Map<number, PromiseWithResolvers<number | undefined>>()
  #worker: Worker | undefined
  #last = 0

  /** @param folder  where the sockets of relays go; its path must be short */
  constructor(network: Network, folder: string) {
    this.#network = network
    this.#folder = folder
  }

  async openRelay(from: NetworkInterface, host: string, port: number): Promise<Relay> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const socket = join(this.#folder, secureRandom.text(10, HEX))
    const { id } = await this.#open(from, id => ({ type: 'relay', id, from: from.id, socket, host, port }))
    return {
      socket,
      close: () => {
        this.#close(id, from)
        rmSync(socket, { force: true })
      },
    }
  }

  async openProxy(from: NetworkInterface): Promise<ProxyPort> {
    const user = secureRandom.text(8, LOWER_ALPHANUMERIC)
    const password = secureRandom.text(24, LOWER_ALPHANUMERIC)
    const { id, port } = await this.#open(from, id => ({ type: 'proxy', id, from: from.id, user, password }))
    return { url: `http://${user}:${password}@127.0.0.1:${port}`, close: () => this.#close(id, from) }
  }

  async stop(): Promise<void> {
    for (const { link } of this.#used.values()) (await link).close()
    this.#used.clear()
    for (const waiting of this.#waiting.values()) waiting.reject(stopped())
    this.#waiting.clear()
    await this.#worker?.terminate()
    this.#worker = undefined
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #open(from: NetworkInterface, message: (id: number) => ToRelays): Promise<{ id: number; port?: number }> {
    await this.#use(from)
    const id = ++this.#last
    const waiting = Promise.withResolvers<number | undefined>()
    this.#waiting.set(id, waiting)
    this.#send(message(id))
    try {
      const port = await waiting.promise
      return { id, ...(port === undefined ? {} : { port }) }
    } catch (error) {
      this.#close(id, from)
      throw error
    } finally {
      this.#waiting.delete(id)
    }
  }

  async #use(from: NetworkInterface): Promise<void> {
    const used = this.#used.get(from.id)
    if (used) {
      used.relays++
      await used.link
      return
    }
    const link = openLink(this.#network, from, undefined, 'relays')
    this.#used.set(from.id, { link, relays: 1 })
    const { socket } = await link
    this.#send({ type: 'interface', id: from.id, link: socket, folder: from.folder })
  }

  #close(id: number, from: NetworkInterface): void {
    this.#send({ type: 'close', id })
    const used = this.#used.get(from.id)
    if (!used || --used.relays > 0) return
    this.#used.delete(from.id)
    this.#send({ type: 'forget', id: from.id })
    void used.link.then(link => link.close())
  }

  #send(message: ToRelays): void {
    this.#worker ??= this.#start()
    this.#worker.postMessage(message)
  }

  #start(): Worker {
    const worker = startThread(new URL('./worker.ts', import.meta.url), { name: 'relays' })
    worker.on('message', (message: FromRelays) => {
      const waiting = this.#waiting.get(message.id)
      if (message.type === 'opened') waiting?.resolve(message.port)
      else waiting?.reject(new TerraceError('NETWORK_RELAY_FAILED', message.message, { blame: 'internal' }))
    })
    worker.on('error', error => {
      for (const waiting of this.#waiting.values()) waiting.reject(error)
      throw error
    })
    return worker
  }
}

const stopped = () => new TerraceError('NETWORK_STOPPED', 'the network was stopped', { blame: 'internal' })
