import { TerraceError } from '@terrace/kit'
import type { Cidr } from '@terrace/model'
import ipaddr from 'ipaddr.js'

/** An IPv4 address as a number, for comparing and counting. */
export function addressToNumber(address: string): number {
  return ipaddr.IPv4.parse(address).octets.reduce((number, octet) => number * 256 + octet, 0)
}

export const numberToAddress = (number: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')

/** First and last address of a range, both included. */
export function bounds(cidr: Cidr): { readonly first: number; readonly last: number; readonly prefix: number } {
  const [base, prefix] = ipaddr.IPv4.parseCIDR(cidr)
  const size = 2 ** (32 - prefix)
  const first = Math.floor(addressToNumber(base.toString()) / size) * size
  return { first, last: first + size - 1, prefix }
}

export function contains(cidr: Cidr, address: string): boolean {
  const { first, last } = bounds(cidr)
  const number = addressToNumber(address)
  return number >= first && number <= last
}

/**
 * Hands out the addresses of one subnet: the lowest free one, never the first four or the last.
 * @see VPC User Guide, "Subnet CIDR blocks": which addresses are reserved
 */
export class SubnetAddresses {
  readonly #cidr: Cidr
  readonly #taken = new Set<number>()

  constructor(cidr: Cidr) {
    this.#cidr = cidr
  }

  take(): string {
    const { first, last } = bounds(this.#cidr)
    for (let number = first + 4; number < last; number++) {
      if (this.#taken.has(number)) continue
      this.#taken.add(number)
      return numberToAddress(number)
    }
    throw new TerraceError('NETWORK_SUBNET_FULL', `the subnet ${this.#cidr} has no free address left`, {
      hint: 'give the subnet a larger range',
    })
  }

  release(address: string): void {
    this.#taken.delete(addressToNumber(address))
  }
}
