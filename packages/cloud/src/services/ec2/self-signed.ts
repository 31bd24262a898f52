import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { days } from '@terrace/kit'
import type { World } from '../../world.ts'

/** A certificate that a script makes for itself. */
export interface SelfSigned {
  /** Where its key goes, and where it goes itself: absolute paths of the instance. */
  readonly key: string
  readonly certificate: string
  /** `/CN=instance` */
  readonly commonName: string
  readonly validDays: number
}

/**
 * The certificates that the script has OpenSSL make: `openssl req -x509 … -keyout <file> -out <file>`.
 *
 * @see docs.openssl.org "openssl-req"
 */
export function selfSignedIn(userData: string): readonly SelfSigned[] {
  const lines = userData.replace(/\\\r?\n/g, ' ').split(/\r?\n/)
  return lines.flatMap(line => {
    const [, options] = /\bopenssl\s+req\s(.*)$/.exec(line) ?? []
    if (options === undefined || !/(^|\s)-x509(\s|$)/.test(options)) return []
    const of = (name: string) => new RegExp(`(?:^|\\s)-${name}\\s+['"]?([^\\s'"]+)`).exec(options)?.[1]
    const [key, certificate] = [of('keyout'), of('out')]
    if (!key?.startsWith('/') || !certificate?.startsWith('/')) return []
    const commonName = /\/CN=([^/]+)/.exec(of('subj') ?? '')?.[1] ?? 'localhost'
    return [{ key, certificate, commonName, validDays: Number(of('days') ?? 30) }]
  })
}

/**
 * Makes what OpenSSL would leave on the instance.
 *
 * differs: the key is always ECDSA on P-256
 */
export async function makeSelfSigned(world: World, root: string, wanted: SelfSigned): Promise<void> {
  // The X.509 library takes longer to load than everything else here.
  const { makeSelfSignedLeaf } = await import('../../certificates/make.ts')
  const { certificate, key } = await makeSelfSignedLeaf({
    name: wanted.commonName,
    // What connects to it lives in the machine's own time.
    now: world.realtime.now(),
    validity: days(wanted.validDays),
  })
  write(join(root, wanted.key), key)
  write(join(root, wanted.certificate), certificate)
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, text, { mode: 0o600 })
}
