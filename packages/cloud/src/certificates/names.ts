import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { TerraceError } from '@terrace/kit'

/**
 * Names as they stand in a certificate: lower case, ASCII, each once, in their first order.
 *
 * @throws TerraceError CERTIFICATE_NAME_INVALID
 */
export function authorityNames(requested: readonly string[]): readonly string[] {
  const names = requested.map(name => {
    if (isIP(name)) return name
    const [, wildcard = '', host = ''] = /^(\*\.)?(.*)$/s.exec(name.toLowerCase()) ?? []
    const ascii = domainToASCII(host)
    if (/^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(ascii)) return wildcard + ascii
    throw new TerraceError(
      'CERTIFICATE_NAME_INVALID',
      `a certificate can't be made for ${JSON.stringify(name)}; it must be a DNS name, *. and a DNS name, or an IP address`,
    )
  })
  if (names.length > 0) return [...new Set(names)]
  throw new TerraceError('CERTIFICATE_NAME_INVALID', 'a certificate needs at least one name', { blame: 'internal' })
}
