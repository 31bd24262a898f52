import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import type { Issued } from './authority.ts'

/** Where an authority is kept. */
export interface AuthorityFiles {
  readonly certificate: string
  readonly key: string
}

/**
 * What is kept there, checked to belong together; nothing when there is no certificate.
 *
 * @throws TerraceError CERTIFICATE_AUTHORITY_CORRUPT
 */
export async function readAuthority(files: AuthorityFiles): Promise<Issued | undefined> {
  const certificate = await readIfThere(files.certificate)
  if (certificate === undefined) return undefined
  const key = await readIfThere(files.key)
  if (key === undefined) throw corrupt(files, `its key ${files.key} is missing`)
  try {
    const parsed = new X509Certificate(certificate)
    if (!parsed.ca) throw corrupt(files, 'the certificate is not one of an authority')
    if (!parsed.checkPrivateKey(createPrivateKey(key)))
      throw corrupt(files, 'certificate and key do not belong together')
  } catch (error) {
    throw error instanceof TerraceError ? error : corrupt(files, messageOf(error), error)
  }
  return { certificate, key }
}

/** Keeps an authority. The certificate comes last: while it is missing, there is none. */
export async function writeAuthority(files: AuthorityFiles, made: Issued): Promise<void> {
  await mkdir(dirname(files.key), { recursive: true, mode: 0o700 })
  for (const [file, content] of [
    [files.key, made.key],
    [files.certificate, made.certificate],
  ] as const) {
    await writeFile(`${file}.next`, content, { mode: 0o600 })
    await rename(`${file}.next`, file)
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function corrupt(files: AuthorityFiles, because: string, cause?: unknown): TerraceError {
  return new TerraceError('CERTIFICATE_AUTHORITY_CORRUPT', `the certificate authority can't be used: ${because}`, {
    cause,
    place: { file: files.certificate },
    hint: `delete ${files.certificate} and ${files.key}; the next start makes a new authority (trust it again where you trusted the old one)`,
  })
}
