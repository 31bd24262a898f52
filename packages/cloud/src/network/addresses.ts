import { type Random, TerraceError } from '@terrace/kit'
import type { Cidr } from '@terrace/model'
import ipaddr from 'ipaddr.js'

/** An IPv4 address as a number, for comparing and counting; a text that isn't one gives no number that is in a range. */
export function addressToNumber(address: string): number {
  const parts = address.split('.')
  return parts.length === 4 ? parts.reduce((number, part) => number * 256 + Number(part), 0) : Number.NaN
}

export const numberToAddress = (number: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')

/** Whether a text is an IPv4 address of four decimal numbers. */
export const isAddress = (text: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(text)

/** First and last address of a range, both included. */
export interface Bounds {
  readonly first: number
  readonly last: number
  readonly prefix: number
}

export function bounds(cidr: Cidr): Bounds {
  const [base, prefix] = ipaddr.IPv4.parseCIDR(cidr)
  const size = 2 ** (32 - prefix)
  const first = Math.floor(addressToNumber(base.toString()) / size) * size
  return { first, last: first + size - 1, prefix }
}

export const inBounds = ({ first, last }: Bounds, number: number): boolean => number >= first && number <= last

export const contains = (cidr: Cidr, address: string): boolean => inBounds(bounds(cidr), addressToNumber(address))

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

  /** @param wanted  absent: any @throws TerraceError NETWORK_SUBNET_FULL, NETWORK_ADDRESS_TAKEN */
  take(wanted?: string): string {
    if (wanted !== undefined) return this.#takeThis(wanted)
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

  #takeThis(wanted: string): string {
    const { first, last } = bounds(this.#cidr)
    const number = addressToNumber(wanted)
    if (number < first + 4 || number >= last) {
      throw new TerraceError('NETWORK_ADDRESS_RANGE', `${wanted} is not a usable address of the subnet ${this.#cidr}`, {
        hint: `use one from ${numberToAddress(first + 4)} to ${numberToAddress(last - 1)}`,
      })
    }
    if (this.#taken.has(number)) {
      throw new TerraceError('NETWORK_ADDRESS_TAKEN', `${wanted} is taken in the subnet ${this.#cidr}`, {
        hint: 'leave the address out, or end what has it',
      })
    }
    this.#taken.add(number)
    return wanted
  }
}

/** Where public addresses are from here: a range that nobody on the internet has (RFC 2544). */
export const PUBLIC_RANGE: Cidr = '198.18.0.0/15'

/** Hands out public addresses, each at random, as AWS does. */
export class PublicAddresses {
  readonly #random: Random
  readonly #taken = new Set<string>()

  constructor(random: Random) {
    this.#random = random
  }

  /** @param wanted  such as that of an Elastic IP; absent: any */
  take(wanted?: string): string {
    const { first, last } = bounds(PUBLIC_RANGE)
    let address = wanted
    while (address === undefined || (address !== wanted && this.#taken.has(address))) {
      address = numberToAddress(first + 1 + this.#random.integer(last - first - 1))
    }
    this.#taken.add(address)
    return address
  }

  release(address: string): void {
    this.#taken.delete(address)
  }
}
