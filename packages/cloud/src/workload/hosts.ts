import type { Host } from './host.ts'

/** The hosts whose doors are open now, instances and tasks alike. */
export class Hosts {
  readonly #open = new Map<string, Host>()

  add(host: Host): void {
    this.#open.set(host.description.id, host)
  }

  remove(host: Host): void {
    if (this.#open.get(host.description.id) === host) this.#open.delete(host.description.id)
  }

  /** By `i-…`, or the id of a task. */
  of(id: string): Host | undefined {
    return this.#open.get(id)
  }
}
