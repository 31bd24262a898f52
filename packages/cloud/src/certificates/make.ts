import 'reflect-metadata'
import { createPrivateKey, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { type Duration, hours, type Instant } from '@terrace/kit'
import type { Issued } from './authority.ts'
import { permittedSubtrees } from './name-constraints.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const NAME_CONSTRAINTS = '2.5.29.30'
// RFC 5280, appendix A: the upper bound of a common name.
const MAX_COMMON_NAME = 64
// A client whose clock is a little behind must not find a certificate of the future.
const BACKDATED = hours(1)

/** A new authority with its own key. `constrainedTo`: see `openAuthority`. */
export async function makeAuthority(request: {
  readonly name: string
  readonly now: Instant
  readonly validity: Duration
  readonly constrainedTo: readonly string[] | undefined
}): Promise<Issued> {
  const keys = await generateKeys()
  const constraints = request.constrainedTo
    ? [new Extension(NAME_CONSTRAINTS, true, permittedSubtrees(request.constrainedTo))]
    : []
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [request.name] }, { O: ['Terrace'] }],
      keys,
      signingAlgorithm: ALGORITHM,
      ...validFrom(request.now, request.validity),
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        ...constraints,
      ],
    },
    webcrypto,
  )
  return { certificate: withNewline(certificate.toString('pem')), key: await exportKey(keys.privateKey) }
}

/** A server certificate for DNS names and IP addresses, signed by an authority. */
export async function makeLeaf(request: {
  readonly names: readonly string[]
  readonly now: Instant
  readonly validity: Duration
  readonly authority: Issued
}): Promise<Issued> {
  const { names, authority } = request
  const issuer = new X509Certificate(authority.certificate)
  const keys = await generateKeys()
  const certificate = await X509CertificateGenerator.create(
    {
      subject: [{ CN: [names.find(name => name.length <= MAX_COMMON_NAME) ?? 'Terrace'] }],
      issuer: issuer.subject,
      publicKey: keys.publicKey,
      signingKey: await importKey(authority.key),
      signingAlgorithm: ALGORITHM,
      ...validFrom(request.now, request.validity),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          names.map(name => ({ type: isIP(name) ? ('ip' as const) : ('dns' as const), value: name })),
        ),
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  )
  return {
    certificate: withNewline(certificate.toString('pem')) + authority.certificate,
    key: await exportKey(keys.privateKey),
  }
}

/** A server certificate that nobody but itself has signed, as `openssl req -x509` makes it. */
export async function makeSelfSignedLeaf(request: {
  readonly name: string
  readonly now: Instant
  readonly validity: Duration
}): Promise<Issued> {
  const keys = await generateKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [request.name] }],
      keys,
      signingAlgorithm: ALGORITHM,
      ...validFrom(request.now, request.validity),
      extensions: [await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto)],
    },
    webcrypto,
  )
  return { certificate: withNewline(certificate.toString('pem')), key: await exportKey(keys.privateKey) }
}

const validFrom = (now: Instant, validity: Duration) => ({
  notBefore: new Date(now - BACKDATED),
  notAfter: new Date(now + validity),
})

const generateKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString()
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
  return webcrypto.subtle.importKey('pkcs8', Uint8Array.from(der), ALGORITHM, false, ['sign'])
}

const withNewline = (text: string) => (text.endsWith('\n') ? text : `${text}\n`)
