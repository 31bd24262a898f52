import { digest, LOWER_ALPHANUMERIC } from '@terrace/kit'
import { type Architecture, nodesOf } from '@terrace/model'

/** What the DNS of the template says about a domain's mails. */
export type DomainProof =
  /** No zone of the template has the domain: its DNS is kept elsewhere. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'proven' }
  /** The zone lacks these CNAME records. */
  | { readonly kind: 'missing'; readonly records: readonly string[] }

/** The three tokens of a domain that somebody makes through the API: the same at every start. */
export const tokensOf = (domain: string): readonly string[] =>
  [1, 2, 3].map(index => digest(`dkim ${index} ${domain}`, 32, LOWER_ALPHANUMERIC))

/**
 * Looks for a domain's DKIM records in the zones of the template.
 * @see Amazon SES Developer Guide "Creating and verifying identities", "Easy DKIM"
 */
export function proofOf(architecture: Architecture, domain: string, tokens: readonly string[]): DomainProof {
  const zones = nodesOf(architecture, 'hostedZone').filter(
    ({ name, vpcs }) => vpcs.length === 0 && (domain === name || domain.endsWith(`.${name}`)),
  )
  if (zones.length === 0) return { kind: 'elsewhere' }
  const present = new Set(
    nodesOf(architecture, 'recordSet').flatMap(({ name, type, target }) =>
      type === 'CNAME' && target.kind === 'values' ? target.values.map(value => recordOf(name, value)) : [],
    ),
  )
  const records = tokens
    .map(token => recordOf(`${token}._domainkey.${domain}`, `${token}.dkim.amazonses.com`))
    .filter(record => !present.has(record))
  return records.length === 0 ? { kind: 'proven' } : { kind: 'missing', records }
}

const recordOf = (name: string, value: string): string => `${bare(name)} CNAME ${bare(value)}`

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '')
