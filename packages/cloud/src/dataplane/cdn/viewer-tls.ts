import type { Distribution } from '@terrace/model'
import type { PublicService } from '../edge/edge.ts'

/**
 * The balancers' policies with the same protocols as CloudFront's.
 *
 * @see CloudFront Developer Guide, "Supported protocols and ciphers between viewers and CloudFront"
 */
const POLICIES: Readonly<Record<string, string>> = {
  SSLv3: 'ELBSecurityPolicy-TLS13-1-0-2021-06',
  TLSv1: 'ELBSecurityPolicy-TLS13-1-0-2021-06',
  TLSv1_2016: 'ELBSecurityPolicy-TLS13-1-0-2021-06',
  'TLSv1.1_2016': 'ELBSecurityPolicy-TLS13-1-1-2021-06',
  'TLSv1.2_2018': 'ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06',
  'TLSv1.2_2019': 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  'TLSv1.2_2021': 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
  'TLSv1.2_2025': 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
  'TLSv1.3_2025': 'ELBSecurityPolicy-TLS13-1-3-2021-06',
}

/**
 * Which TLS viewers speak with a distribution: its security policy, and its certificate.
 *
 * `differs:` HTTP/1.1 alone; of the ciphers those of the balancers' policy with the same protocols
 */
export function viewerTls({ minimumProtocol = 'TLSv1', certificate }: Distribution): NonNullable<PublicService['tls']> {
  const policy = POLICIES[minimumProtocol] ?? 'ELBSecurityPolicy-TLS13-1-2-2021-06'
  return { policy, certificates: certificate === undefined ? [] : [certificate], http2: false }
}
