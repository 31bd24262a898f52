import { closeSync, openSync, writeSync } from 'node:fs'

/** Most files that are open at once. */
const MOST_OPEN = 64

/** Appends to many files without opening each time; the one that was used longest ago is closed first. */
export class OpenFiles {
  readonly #open = new Map<string, number>()

  append(path: string, bytes: Buffer): void {
    const file = this.#open.get(path) ?? openSync(path, 'a', 0o600)
    this.#open.delete(path)
    this.#open.set(path, file)
    if (this.#open.size > MOST_OPEN) {
      const [oldest] = this.#open.keys()
      if (oldest !== undefined) this.close(oldest)
    }
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
  }

  close(path: string): void {
    const file = this.#open.get(path)
    if (file === undefined) return
    this.#open.delete(path)
    closeSync(file)
  }

  closeAll(): void {
    for (const path of [...this.#open.keys()]) this.close(path)
  }
}
