// What makes certificates wants it loaded first.
import 'reflect-metadata'
import { createPrivateKey, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { type Clock, days, hours } from '@terrace/kit'
import type { ServerCertificate } from './http/server.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/** Longer than a process runs: nobody can renew it. */
const VALIDITY = days(825)
/** A client whose clock is a little behind must not find a certificate of the future. */
const BACKDATED = hours(1)

/**
 * A certificate that nobody vouches for, with a key that never leaves this process: for the way between a balancer,
 * which doesn't verify its targets, and a target.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html (target
 *   groups: the balancer does not validate these certificates)
 */
export async function makeSelfSigned(clock: Clock): Promise<ServerCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: ['localhost'] }],
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(clock.now() - BACKDATED),
      notAfter: new Date(clock.now() + VALIDITY),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }]),
      ],
    },
    webcrypto,
  )
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return {
    cert: `${certificate.toString('pem').trimEnd()}\n`,
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}
