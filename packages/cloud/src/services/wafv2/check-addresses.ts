import { isIP } from 'node:net'
import { WAFInvalidParameterException } from './errors.ts'

/** Whether these are ranges of the version. @throws WAFInvalidParameterException. All addresses at once (`/0`) are none */
export function checkAddresses(version: 'IPV4' | 'IPV6', addresses: readonly string[]): void {
  for (const range of addresses) {
    const [address = '', bits = ''] = range.split('/')
    const most = version === 'IPV4' ? 32 : 128
    const isRange = /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most
    if (isIP(address) === (version === 'IPV4' ? 4 : 6) && isRange) continue
    throw new WAFInvalidParameterException(
      'IP_ADDRESS',
      range,
      `Your request contains an address that is no ${version} range.`,
    )
  }
}
