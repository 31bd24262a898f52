import { createPrivateKey, createSign, hash, webcrypto } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { days, errnoOf, hours, messageOf, TerraceError } from '@terrace/kit'
import type { World } from '../../world.ts'

/** A message signed as SNS does it, and the file name of the certificate that proves it. */
export interface Signed {
  readonly signature: string
  readonly certificate: string
}

interface Key {
  readonly certificate: string
  /** PKCS #8, PEM. */
  readonly privateKey: string
}

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const

const VALIDITY = days(3650)

/** Signs what leaves SNS, with a key of this system that is made when the first message needs it. */
export class Signer {
  readonly #world: Pick<World, 'folders' | 'realtime'>
  #key: Promise<Key> | undefined

  constructor(world: Pick<World, 'folders' | 'realtime'>) {
    this.#world = world
  }

  /**
   * Signs the fields that have a value, by their names.
   *
   * @param version  `1`: SHA-1, `2`: SHA-256
   * @see Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages"
   */
  async sign(fields: Readonly<Record<string, string | undefined>>, version: '1' | '2'): Promise<Signed> {
    const key = await this.#open()
    const text = Object.keys(fields)
      .sort()
      .flatMap(name => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`]))
      .join('')
    const signature = createSign(version === '2' ? 'RSA-SHA256' : 'RSA-SHA1')
      .update(text, 'utf8')
      .sign(key.privateKey, 'base64')
    return { signature, certificate: fileNameOf(key) }
  }

  /** A certificate by its file name, PEM; nothing when there is none of that name. */
  async certificate(fileName: string): Promise<string | undefined> {
    const key = await this.#open()
    return fileName === fileNameOf(key) ? key.certificate : undefined
  }

  #open(): Promise<Key> {
    this.#key ??= this.#readOrMake()
    return this.#key
  }

  async #readOrMake(): Promise<Key> {
    const folder = join(this.#world.folders.data, 'sns')
    const file = join(folder, 'signing.pem')
    const kept = await readKey(file)
    if (kept) return kept
    const key = await makeKey(this.#world.realtime.now())
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(`${file}.new`, `${key.certificate}${key.privateKey}`, { mode: 0o600 })
    await rename(`${file}.new`, file)
    return key
  }
}

/** `SimpleNotificationService-….pem`, of the certificate's content. */
const fileNameOf = ({ certificate }: Key): string =>
  `SimpleNotificationService-${hash('sha256', certificate, 'hex').slice(0, 32)}.pem`

async function readKey(file: string): Promise<Key | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    const at = text.indexOf('-----BEGIN PRIVATE KEY-----')
    const key = { certificate: text.slice(0, at), privateKey: text.slice(at) }
    createPrivateKey(key.privateKey)
    return key
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined
    throw new TerraceError(
      'SNS_STATE_CORRUPT',
      `${file} does not hold a key and its certificate: ${messageOf(cause)}`,
      {
        hint: 'remove that file: another key is made then',
        place: { file },
        cause,
      },
    )
  }
}

async function makeKey(now: number): Promise<Key> {
  // They take a while to load, and most systems sign nothing.
  await import('reflect-metadata')
  const { KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } = await import('@peculiar/x509')
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: ['sns.amazonaws.com'] }, { O: ['Terrace'] }],
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(now - hours(1)),
      notAfter: new Date(now + VALIDITY),
      extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
    },
    webcrypto,
  )
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return {
    certificate: `${certificate.toString('pem').trimEnd()}\n`,
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}
