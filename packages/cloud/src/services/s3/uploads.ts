import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Instant, LOWER_ALPHANUMERIC, messageOf, type Random, TerraceError } from '@terrace/kit'
import type { Blob, Blobs } from './blobs.ts'
import type { Checksum, ChecksumAlgorithm } from './checksums.ts'
import { NoSuchUpload } from './errors.ts'
import type { Described } from './object-record.ts'
import { compareKeys } from './sorted-keys.ts'

/** What a multipart upload will become. */
export interface UploadStart extends Described {
  readonly key: string
  readonly initiated: Instant
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: Checksum['type'] } | undefined
}

export interface Part {
  readonly number: number
  readonly blob: Blob
  /** Hex, without quotes. */
  readonly etag: string
  readonly modified: Instant
  /** Base64, in the upload's algorithm. */
  readonly checksum?: string | undefined
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload extends UploadStart {
  readonly id: string
  readonly parts: ReadonlyMap<number, Part>
}

interface MutableUpload extends Upload {
  readonly parts: Map<number, Part>
}

/** The multipart uploads in progress; each has a file to which its parts are appended, so that a restart knows them. */
export class Uploads {
  readonly #folder: string
  readonly #blobs: Blobs
  readonly #random: Random
  readonly #uploads = new Map<string, MutableUpload>()

  /** @param inObjects  blobs of finished objects: an upload that has one was completed just before a crash */
  constructor(folder: string, blobs: Blobs, random: Random, inObjects: ReadonlySet<string>) {
    this.#folder = folder
    this.#blobs = blobs
    this.#random = random
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder)) {
      const upload = readUpload(join(folder, name), name.replace(/\.jsonl$/, ''))
      const completed = [...(upload?.parts.values() ?? [])].some(part => inObjects.has(part.blob.name))
      if (upload && !completed) this.#uploads.set(upload.id, upload)
      else rmSync(join(folder, name), { force: true })
    }
  }

  start(start: UploadStart): Upload {
    const id = this.#random.text(64, LOWER_ALPHANUMERIC)
    const upload = { ...start, id, parts: new Map<number, Part>() }
    writeFileSync(this.#fileOf(id), `${JSON.stringify(start)}\n`, { mode: 0o600 })
    this.#uploads.set(id, upload)
    return upload
  }

  /** @throws NoSuchUpload also when it is an upload of another key */
  get(id: string, key: string): Upload {
    return this.#get(id, key)
  }

  /** All uploads, by key and then by age. */
  list(): readonly Upload[] {
    return [...this.#uploads.values()].sort((a, b) =>
      a.key === b.key ? a.initiated - b.initiated : compareKeys(a.key, b.key),
    )
  }

  /** Adds a part; one of the same number is replaced. @throws NoSuchUpload when it was ended meanwhile */
  addPart(id: string, key: string, part: Part): void {
    const upload = this.#get(id, key)
    appendFileSync(this.#fileOf(id), `${JSON.stringify(part)}\n`)
    const replaced = upload.parts.get(part.number)
    upload.parts.set(part.number, part)
    if (replaced) this.#blobs.remove([replaced.blob])
  }

  /** Forgets an upload and all of its blobs but those that the object took over. */
  end(upload: Upload, kept: ReadonlySet<string> = new Set()): void {
    this.#uploads.delete(upload.id)
    rmSync(this.#fileOf(upload.id), { force: true })
    this.#blobs.remove([...upload.parts.values()].map(part => part.blob).filter(blob => !kept.has(blob.name)))
  }

  blobNames(): readonly string[] {
    return [...this.#uploads.values()].flatMap(upload => [...upload.parts.values()].map(part => part.blob.name))
  }

  #get(id: string, key: string): MutableUpload {
    const upload = this.#uploads.get(id)
    if (!upload || upload.key !== key) throw new NoSuchUpload(id)
    return upload
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id}.jsonl`)
  }
}

/** What uploads that were begun before these fields have for them. */
const DEFAULTS = { tags: {}, encryption: { algorithm: 'AES256' }, storageClass: 'STANDARD' }

/** Nothing when not even its first line is whole; a last line that a crash cut off was never acknowledged. @throws TerraceError */
function readUpload(file: string, id: string): MutableUpload | undefined {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const [first, ...rest] = lines
  if (first === undefined) return undefined
  try {
    const start: UploadStart = { ...DEFAULTS, ...JSON.parse(first) }
    const parts = rest.map((line): Part => JSON.parse(line))
    return { ...start, id, parts: new Map(parts.map(part => [part.number, part])) }
  } catch (cause) {
    throw new TerraceError('S3_STATE_CORRUPT', `${file} does not describe an upload: ${messageOf(cause)}`, {
      hint: 'remove that file to lose that one upload, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
