import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import type { FunctionCode } from '@terrace/model'
import { unzipSync, zipSync } from 'fflate'
import { InvalidParameterValueException, InvalidZipFileException } from './errors.ts'
import type { CodePackage } from './function.ts'
import { LARGEST_CODE } from './limits.ts'

/** Where unpacked code lies: one folder for each content, shared by whoever has the same. */
export class CodeStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @throws InvalidZipFileException, InvalidParameterValueException */
  fromZip(zip: Uint8Array): CodePackage {
    const sha = createHash('sha256').update(zip).digest()
    const folder = join(this.#folder, sha.toString('hex'))
    if (!existsSync(folder)) unpack(zip, folder)
    return { folder, sha256: sha.toString('base64'), bytes: zip.byteLength }
  }

  /** Code of the template: a directory is run where it lies. */
  fromTemplate(code: FunctionCode): CodePackage {
    if (code.kind === 'inline') return this.fromZip(zipSync({ 'index.js': Buffer.from(code.text) }, { mtime: EPOCH }))
    if (!statSync(code.path).isDirectory()) return this.fromZip(readFileSync(code.path))
    const files = filesBelow(code.path)
    const sha = createHash('sha256')
    for (const { name, bytes } of files) sha.update(`${name} ${bytes} ${statSync(join(code.path, name)).mtimeMs}\n`)
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return { folder: code.path, sha256: sha.digest('base64'), bytes }
  }
}

/** Zip archives know no earlier moment; a fixed one makes the same text the same archive. */
const EPOCH = '1980-01-02T00:00:00'

function unpack(zip: Uint8Array, folder: string): void {
  const files = entriesOf(zip)
  const made = `${folder}.new`
  rmSync(made, { recursive: true, force: true })
  mkdirSync(made, { recursive: true, mode: 0o700 })
  for (const [name, bytes] of files) {
    if (name.endsWith('/')) continue
    const path = normalize(name)
    if (path.startsWith('..') || path.startsWith('/')) throw new InvalidZipFileException()
    mkdirSync(dirname(join(made, path)), { recursive: true })
    writeFileSync(join(made, path), bytes)
  }
  renameSync(made, folder)
}

function entriesOf(zip: Uint8Array): readonly (readonly [string, Uint8Array])[] {
  let size = 0
  const tooLarge = new InvalidParameterValueException(`Unzipped size must be smaller than ${LARGEST_CODE} bytes`)
  try {
    const filter = ({ originalSize }: { readonly originalSize: number }) => {
      size += originalSize
      if (size > LARGEST_CODE) throw tooLarge
      return true
    }
    const entries = Object.entries(unzipSync(zip, { filter }))
    if (entries.length === 0) throw new InvalidParameterValueException('Uploaded file must be a non-empty zip')
    return entries
  } catch (error) {
    if (error instanceof InvalidParameterValueException) throw error
    throw new InvalidZipFileException()
  }
}

const filesBelow = (folder: string): readonly { readonly name: string; readonly bytes: number }[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap(name => {
      const stat = statSync(join(folder, name))
      return stat.isFile() ? [{ name, bytes: stat.size }] : []
    })
