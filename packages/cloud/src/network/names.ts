import type { NodeId, Vpc } from '@terrace/model'
import type { NamedRecord, NamedZone } from './network.ts'
import { awsAddress, privateNameAddress } from './process/aws-hosts.ts'
import type { DnsView } from './process/view.ts'
import { plainName, ZoneRecords } from './zone-records.ts'

/** How many names may stand for one another in a row. */
const LONGEST_CHAIN = 8

/** Who asks: a VPC, or nobody in particular on the internet. */
type Asker = Vpc | undefined

/**
 * Every name of the system. What the resolver of a VPC answers is, in this order: names of that VPC alone, the private
 * zone with the longest name (and nothing else, where it hides a public one), names that are known everywhere, public
 * zones, and names of AWS. Names outside the system are not known. differs: there is no internet behind it
 *
 * @see Route 53 Developer Guide, "Working with private hosted zones"; VPC User Guide, "DNS attributes for your VPC"
 */
export class NameBook {
  readonly #region: string
  readonly #everywhere = new Map<string, readonly string[]>()
  readonly #inVpc = new Map<NodeId, Map<string, readonly string[]>>()
  readonly #zones = new Map<string, ZoneRecords>()

  constructor(region: string) {
    this.#region = region
  }

  set(name: string, addresses: readonly string[], vpc?: NodeId): void {
    const names = vpc === undefined ? this.#everywhere : this.#namesIn(vpc)
    if (addresses.length > 0) names.set(plainName(name), addresses)
    else names.delete(plainName(name))
  }

  setZone(zone: NamedZone): void {
    this.#zones.set(zone.id, new ZoneRecords(zone))
  }

  resolve(name: string, asker: Asker): readonly string[] {
    if (asker && !asker.dnsSupport) return []
    return this.#resolve(plainName(name), asker, 0)
  }

  /** Everything that the resolver of a VPC knows; nothing when the VPC has none. */
  viewOf(vpc: Vpc): DnsView | undefined {
    if (!vpc.dnsSupport) return undefined
    const zones = [...this.#zones.values()].filter(zone => isVisible(zone, vpc))
    const names = new Set([
      ...this.#everywhere.keys(),
      ...(this.#inVpc.get(vpc.id)?.keys() ?? []),
      ...zones.flatMap(zone => zone.names),
    ])
    const below: Record<string, readonly string[]> = {}
    for (const zone of zones) {
      // Where there is no wildcard, nothing below any name of the zone exists: one entry says it.
      for (const name of zone.hasWildcards ? zone.names : [zone.name]) {
        if (this.#zoneOf(name, vpc) !== zone) continue
        below[`.${name}`] = this.#follow(zone.below(name), vpc, 0)
      }
    }
    return {
      region: this.#region,
      names: Object.fromEntries([...names].sort().map(name => [name, this.#resolve(name, vpc, 0)])),
      below,
    }
  }

  #resolve(name: string, asker: Asker, depth: number): readonly string[] {
    const own = asker && this.#inVpc.get(asker.id)?.get(name)
    if (own) return own
    const zone = this.#zoneOf(name, asker)
    if (zone?.zone.vpcs.length) return this.#follow(zone.find(name), asker, depth)
    const known = this.#everywhere.get(name)
    if (known) return known
    if (zone) return this.#follow(zone.find(name), asker, depth)
    const address = (asker && privateNameAddress(name, this.#region)) ?? awsAddress(name, this.#region)
    return address === undefined ? [] : [address]
  }

  #follow(record: NamedRecord | undefined, asker: Asker, depth: number): readonly string[] {
    if (record?.addresses) return record.addresses
    if (record?.alias === undefined || depth >= LONGEST_CHAIN) return []
    return this.#resolve(plainName(record.alias), asker, depth + 1)
  }

  // A private zone comes before a public one, the longest name before a shorter one.
  #zoneOf(name: string, asker: Asker): ZoneRecords | undefined {
    let best: ZoneRecords | undefined
    for (const zone of this.#zones.values()) {
      if (!zone.holds(name) || !isVisible(zone, asker)) continue
      if (!best || rank(zone) > rank(best)) best = zone
    }
    return best
  }

  #namesIn(vpc: NodeId): Map<string, readonly string[]> {
    const known = this.#inVpc.get(vpc) ?? new Map<string, readonly string[]>()
    this.#inVpc.set(vpc, known)
    return known
  }
}

const rank = ({ name, zone }: ZoneRecords): number => name.length + (zone.vpcs.length > 0 ? 1000 : 0)

/** Private zones need both DNS attributes of the VPC. */
const isVisible = ({ zone }: ZoneRecords, asker: Asker): boolean =>
  zone.vpcs.length === 0 || (asker?.dnsSupport === true && asker.dnsHostnames && zone.vpcs.includes(asker.id))
