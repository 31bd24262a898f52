import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import { messageOf, type Place, TerraceError } from '@terrace/kit'
import type { DeploymentSource } from '@terrace/model'
import { Unzip, UnzipInflate } from 'fflate'

/** A file that a deployment brings. */
export interface SourceFile {
  /** Relative, with slashes. */
  readonly path: string
  /** Its bytes, from the start; may be asked for several times. */
  open(): Promise<Readable>
}

interface Surroundings {
  /** An existing folder for unpacked files, emptied by the caller. */
  readonly scratch: string
  /** Whether a zip is unpacked, or deployed as it is. */
  readonly extract: boolean
  readonly place: Place
}

/** The files of one source: of a directory, of a zip, or the zip itself. @throws TerraceError S3_DEPLOYMENT_SOURCE */
export async function filesOf(
  source: DeploymentSource,
  { scratch, extract, place }: Surroundings,
): Promise<readonly SourceFile[]> {
  try {
    const found = await stat(source.path)
    const files = found.isDirectory()
      ? await inDirectory(source.path)
      : extract
        ? await inZip(source.path, scratch)
        : [itself(source.path)]
    return files.map(({ path, file }) => ({ path, open: () => openWithMarkers(file, source.markers) }))
  } catch (cause) {
    throw new TerraceError(
      'S3_DEPLOYMENT_SOURCE',
      `cannot read what is to be deployed from ${source.path}: ${messageOf(cause)}`,
      {
        place,
        hint: 'synthesize again: the asset belongs to the cloud assembly',
        cause,
      },
    )
  }
}

interface Found {
  readonly path: string
  readonly file: string
}

const itself = (file: string): Found => ({ path: basename(file), file })

async function inDirectory(folder: string): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const file = join(folder, name)
    // Follows links, as packing the asset would.
    if ((await stat(file)).isFile()) found.push({ path: relative(folder, file).split(sep).join('/'), file })
  }
  return found
}

/** Unpacks while reading, file by file, so that no size of zip needs memory; names become numbers on disk. */
async function inZip(zip: string, scratch: string): Promise<readonly Found[]> {
  const found: Found[] = []
  let unfinished = 0
  let failure: unknown
  const unzip = new Unzip(entry => {
    const path = safePath(entry.name)
    if (path === '' || entry.name.endsWith('/')) return
    const file = join(scratch, String(found.length))
    found.push({ path, file })
    unfinished++
    const descriptor = openSync(file, 'wx', 0o600)
    entry.ondata = (error, chunk, final) => {
      failure ??= error
      if (!error) writeSync(descriptor, chunk)
      if (!final && !error) return
      closeSync(descriptor)
      unfinished--
    }
    entry.start()
  })
  unzip.register(UnzipInflate)
  for await (const chunk of createReadStream(zip)) unzip.push(chunk)
  unzip.push(new Uint8Array(0), true)
  if (failure) throw failure
  if (unfinished > 0 || found.length === 0) throw new Error('the zip file is damaged or ends too early')
  return found
}

/** As unpacking does it: nothing absolute, no way up. */
const safePath = (name: string): string =>
  name
    .split('/')
    .filter(part => part !== '' && part !== '.' && part !== '..')
    .join('/')

async function openWithMarkers(file: string, markers: DeploymentSource['markers']): Promise<Readable> {
  const replacements = Object.entries(markers)
  if (replacements.length === 0) return createReadStream(file)
  // One character a byte, so that files that aren't text come through unchanged.
  let text = await readFile(file, 'latin1')
  for (const [marker, value] of replacements)
    text = text.replaceAll(marker, () => Buffer.from(value).toString('latin1'))
  return Readable.from([Buffer.from(text, 'latin1')], { objectMode: false })
}
