import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Instant } from '@terrace/kit'
import type { Changes } from '../member.ts'

/** Up to here the archive is complete. */
export interface Mark {
  /** On the cloud's clock, on which people say what they want back. */
  readonly at: Instant
  /** On the machine's, which is that of the servers. */
  readonly real: Instant
  /** The same as that of the mark before when nothing was written meanwhile. */
  readonly position: string
}

/** A backup that changes can be applied to. */
export interface Base {
  /** Identifier of the snapshot. */
  readonly snapshot: string
  /** The earliest moment that it can bring back. */
  readonly at: Instant
}

/** How a moment is brought back. */
export interface RestorePlan {
  readonly snapshot: string
  readonly until: Changes['until']
}

/** What of an instance's past can be brought back: marks and backups, the oldest first, kept in a file of the archive. */
export class Timeline {
  readonly #file: string
  #marks: readonly Mark[] = []
  #bases: readonly Base[] = []

  constructor(file: string) {
    this.#file = file
    if (!existsSync(file)) return
    const read: { readonly marks: readonly Mark[]; readonly bases: readonly Base[] } = JSON.parse(
      readFileSync(file, 'utf8'),
    )
    this.#marks = read.marks
    this.#bases = read.bases
  }

  get bases(): readonly Base[] {
    return this.#bases
  }

  /** RDS API Reference, "RestoreWindow": EarliestTime. */
  get earliest(): Instant | undefined {
    return this.#bases[0]?.at
  }

  /** RDS API Reference, "RestoreWindow": LatestTime; nothing before the first backup. */
  get latest(): Instant | undefined {
    return this.#bases.length === 0 ? undefined : this.#marks.at(-1)?.at
  }

  /** Nothing when the moment lies outside of the restore window. */
  planFor(at: Instant): RestorePlan | undefined {
    const base = this.#bases.findLast(each => each.at <= at)
    const index = this.#marks.findIndex(mark => mark.at >= at)
    const [before, after] = [this.#marks[index - 1], this.#marks[index]]
    if (!base || !after) return undefined
    const complete = after.at === at || before?.position === after.position
    return {
      snapshot: base.snapshot,
      until: complete || !before ? { position: after.position } : { at: realMoment(before, after, at) },
    }
  }

  async addMark(mark: Mark): Promise<void> {
    const [last, lastButOne] = [this.#marks.at(-1), this.#marks.at(-2)]
    // Of a quiet time its two ends are enough.
    const quiet = last?.position === mark.position && lastButOne?.position === mark.position
    // The cloud's clock begins anew with each run, and may have been ahead.
    const kept = this.#marks.filter((each, i) => each.at < mark.at && !(quiet && i === this.#marks.length - 1))
    this.#marks = [...kept, mark]
    await this.#write()
  }

  async addBase(base: Base): Promise<void> {
    this.#bases = [...this.#bases.filter(({ at }) => at < base.at), base]
    await this.#write()
  }

  /** Forgets backups that are gone, and what can't be brought back without them. */
  async keepBases(snapshots: ReadonlySet<string>): Promise<void> {
    this.#bases = this.#bases.filter(({ snapshot }) => snapshots.has(snapshot))
    const first = this.earliest
    this.#marks = first === undefined ? [] : this.#marks.filter(({ at }) => at >= first)
    await this.#write()
  }

  async #write(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
    const text = JSON.stringify({ marks: this.#marks, bases: this.#bases })
    await writeFile(`${this.#file}.new`, text, { mode: 0o600 })
    await rename(`${this.#file}.new`, this.#file)
  }
}

/** The machine's time at a moment of the cloud's clock between two marks. */
function realMoment(before: Mark, after: Mark, at: Instant): Instant {
  return before.real + ((at - before.at) / (after.at - before.at)) * (after.real - before.real)
}
