import { createSecureContext, type SecureContext } from 'node:tls'
import type { ServerCertificate } from '../messages.ts'
import { DEFAULT_TLS_POLICY, findTlsPolicy } from './tls-policies.ts'

/** A certificate that was chosen for a name, ready for a handshake. */
export interface ChosenCertificate {
  readonly context: SecureContext
  readonly arn: string | undefined
}

/** The certificates of an entrance; the first one is shown when none covers the name. */
export class CertificateStore {
  readonly #certificates: readonly ServerCertificate[]
  readonly #contexts = new Map<string, SecureContext>()

  constructor(certificates: readonly ServerCertificate[]) {
    this.#certificates = certificates
  }

  /**
   * The certificate that names the host itself, else one with a wildcard for it, else the default one.
   *
   * @param among  ARNs, the default one first; absent: all
   * @param policy  name of a security policy; a name that is not known counts as CloudFormation's default
   * @see ELB User Guide for Application Load Balancers, "SSL certificates for your Application Load Balancer"
   */
  choose(serverName: string | undefined, policy: string, among?: readonly string[]): ChosenCertificate | undefined {
    const listed = among?.flatMap(arn => this.#certificates.find(certificate => certificate.arn === arn) ?? [])
    const candidates = listed && listed.length > 0 ? listed : this.#certificates
    const chosen =
      (serverName === undefined
        ? undefined
        : (candidates.find(({ names }) => names.includes(serverName)) ??
          candidates.find(({ names }) => names.some(name => isWildcardFor(name, serverName))))) ?? candidates[0]
    return chosen && { context: this.#contextOf(chosen, policy), arn: chosen.arn }
  }

  #contextOf(certificate: ServerCertificate, policyName: string): SecureContext {
    const key = `${this.#certificates.indexOf(certificate)} ${policyName}`
    const known = this.#contexts.get(key)
    if (known) return known
    const made = createContext(certificate, policyName)
    this.#contexts.set(key, made)
    return made
  }
}

function createContext({ certificate, key }: ServerCertificate, policyName: string): SecureContext {
  const policy = findTlsPolicy(policyName) ?? findTlsPolicy(DEFAULT_TLS_POLICY)
  const lowest = policy?.protocols[0] ?? 'TLSv1.2'
  const highest = policy?.protocols.at(-1) ?? 'TLSv1.3'
  // OpenSSL calls everything before TLS 1.2 insecure and needs to be told.
  const old = lowest === 'TLSv1' || lowest === 'TLSv1.1' ? ['@SECLEVEL=0'] : []
  return createSecureContext({
    cert: certificate,
    key,
    minVersion: lowest,
    maxVersion: highest,
    ciphers: [...(policy?.ciphers ?? []), ...old].join(':'),
    honorCipherOrder: true,
  })
}

const isWildcardFor = (name: string, host: string): boolean =>
  name.startsWith('*.') && host.includes('.') && host.slice(host.indexOf('.') + 1) === name.slice(2)
