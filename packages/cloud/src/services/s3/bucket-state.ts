import { mkdirSync, rmSync, statSync } from 'node:fs'
import type { Clock, Instant, Random } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import { type BucketFile, readBucketFile, updatedSettings, writeBucketFile } from './bucket-file.ts'
import { ObjectStore } from './object-store.ts'
import type { BucketSettings } from './settings.ts'

interface BucketOptions {
  readonly name: string
  /** All of its state; made when it isn't there. */
  readonly folder: string
  readonly random: Random
  readonly clock: Clock
  /** What a template, or a call that makes it, says. Absent: as it was left. */
  readonly from?:
    | { readonly template: BucketSettings; readonly node: NodeId }
    | { readonly settings: BucketSettings }
    | undefined
}

/** A bucket: what is set for it, and its objects. */
export class BucketState {
  readonly name: string
  /** The resource of the template that it is; absent for one that somebody made by the API. */
  readonly node: NodeId | undefined
  readonly created: Instant
  readonly store: ObjectStore
  /** What the bucket was set to before this start; absent when it is new. */
  readonly before: BucketSettings | undefined
  readonly #folder: string
  readonly #template: BucketSettings | undefined
  #settings: BucketSettings

  /** @throws TerraceError S3_STATE_CORRUPT when a file of it can't be read */
  constructor({ name, folder, random, clock, from }: BucketOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const known = readBucketFile(folder)
    this.name = name
    this.#folder = folder
    this.created = known?.created ?? Math.floor(statSync(folder).birthtimeMs)
    this.before = known?.settings
    this.node = from && 'node' in from ? from.node : undefined
    this.#template = from && 'template' in from ? from.template : undefined
    this.#settings = settingsAfter(known, from)
    this.store = new ObjectStore(folder, { random, clock, versioning: () => this.#settings.versioning })
    this.#save()
  }

  get arn(): string {
    return `arn:aws:s3:::${this.name}`
  }

  get settings(): BucketSettings {
    return this.#settings
  }

  /** Changes what is set, on disk before it counts. */
  configure(change: Partial<BucketSettings>): void {
    this.#settings = { ...this.#settings, ...change }
    this.#save()
  }

  /** Forgets all of it. */
  destroy(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #save(): void {
    writeBucketFile(this.#folder, { created: this.created, settings: this.#settings, template: this.#template })
  }
}

function settingsAfter(known: BucketFile | undefined, from: BucketOptions['from']): BucketSettings {
  if (from && 'settings' in from) return from.settings
  if (from) return known ? updatedSettings(known, from.template) : from.template
  if (known) return known.settings
  throw new Error('a bucket that nobody has made')
}
