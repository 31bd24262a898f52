/** A security policy of a listener: which protocols and ciphers it takes. */
export interface TlsPolicy {
  readonly name: string
  /** Lowest and highest, as AWS writes them: `TLSv1`, `TLSv1.1`, `TLSv1.2`, `TLSv1.3`. */
  readonly protocols: readonly TlsProtocol[]
  /** OpenSSL's names, in the order of preference. */
  readonly ciphers: readonly string[]
}

export type TlsProtocol = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** What a listener has whose template names no policy. */
export const DEFAULT_TLS_POLICY = 'ELBSecurityPolicy-2016-08'

const TLS13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']
const ecdhe = (...suites: readonly string[]) => suites.flatMap(suite => [`ECDHE-ECDSA-${suite}`, `ECDHE-RSA-${suite}`])
const GCM = ecdhe('AES128-GCM-SHA256', 'AES256-GCM-SHA384')
const FORWARD_SECRET = ecdhe('AES128-GCM-SHA256', 'AES128-SHA256', 'AES256-GCM-SHA384', 'AES256-SHA384')
const FORWARD_SECRET_SHA = [...FORWARD_SECRET, ...ecdhe('AES128-SHA', 'AES256-SHA')]
const RSA = ['AES128-GCM-SHA256', 'AES128-SHA256', 'AES256-GCM-SHA384', 'AES256-SHA256']
const RSA_SHA = ['AES128-SHA', 'AES256-SHA']
const EVERYTHING = [...FORWARD_SECRET_SHA, ...RSA, ...RSA_SHA]

const FROM_1_0: readonly TlsProtocol[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2']
const FROM_1_1: readonly TlsProtocol[] = ['TLSv1.1', 'TLSv1.2']
const ONLY_1_2: readonly TlsProtocol[] = ['TLSv1.2']
const ONLY_1_3: readonly TlsProtocol[] = ['TLSv1.3']
const with13 = (protocols: readonly TlsProtocol[]): readonly TlsProtocol[] => [...protocols, 'TLSv1.3']

const row = (name: string, protocols: readonly TlsProtocol[], ciphers: readonly string[]): TlsPolicy => ({
  name: `ELBSecurityPolicy-${name}`,
  protocols,
  ciphers: protocols.includes('TLSv1.3') ? [...TLS13, ...ciphers] : ciphers,
})

/**
 * The security policies of Application Load Balancers.
 *
 * @see ELB User Guide for Application Load Balancers, "Security policies for your Application Load Balancer".
 *   differs: FIPS policies are missing; post-quantum ones (`-PQ-`) negotiate what OpenSSL here knows; certificates here are
 *   ECDSA, so that of the ciphers those with RSA are never chosen
 */
export const TLS_POLICIES: readonly TlsPolicy[] = [
  row('2016-08', FROM_1_0, EVERYTHING),
  row('TLS-1-0-2015-04', FROM_1_0, [...EVERYTHING, 'DES-CBC3-SHA']),
  row('TLS-1-1-2017-01', FROM_1_1, EVERYTHING),
  row('TLS-1-2-2017-01', ONLY_1_2, [...FORWARD_SECRET, ...RSA]),
  row('TLS-1-2-Ext-2018-06', ONLY_1_2, EVERYTHING),
  row('FS-2018-06', FROM_1_0, FORWARD_SECRET_SHA),
  row('FS-1-1-2019-08', FROM_1_1, FORWARD_SECRET_SHA),
  row('FS-1-2-2019-08', ONLY_1_2, FORWARD_SECRET_SHA),
  row('FS-1-2-Res-2019-08', ONLY_1_2, FORWARD_SECRET),
  row('FS-1-2-Res-2020-10', ONLY_1_2, GCM),
  row('TLS13-1-3-2021-06', ONLY_1_3, []),
  row('TLS13-1-2-Res-2021-06', with13(ONLY_1_2), GCM),
  row('TLS13-1-2-2021-06', with13(ONLY_1_2), FORWARD_SECRET),
  row('TLS13-1-2-Ext1-2021-06', with13(ONLY_1_2), [...FORWARD_SECRET, ...RSA]),
  row('TLS13-1-2-Ext2-2021-06', with13(ONLY_1_2), EVERYTHING),
  row('TLS13-1-1-2021-06', with13(FROM_1_1), EVERYTHING),
  row('TLS13-1-0-2021-06', with13(FROM_1_0), EVERYTHING),
  row('TLS13-1-3-PQ-2025-09', ONLY_1_3, []),
  row('TLS13-1-2-Res-PQ-2025-09', with13(ONLY_1_2), GCM),
  row('TLS13-1-2-PQ-2025-09', with13(ONLY_1_2), FORWARD_SECRET),
  row('TLS13-1-2-Ext1-PQ-2025-09', with13(ONLY_1_2), [...FORWARD_SECRET, ...RSA]),
  row('TLS13-1-2-Ext2-PQ-2025-09', with13(ONLY_1_2), EVERYTHING),
]

/** The policy of that name, or nothing when there is none. */
export const findTlsPolicy = (name: string): TlsPolicy | undefined => TLS_POLICIES.find(policy => policy.name === name)
