import { type DbInstance, type Subnet, subnetsOf } from '@terrace/model'
import type { Network } from '../../network/network.ts'
import type { World } from '../../world.ts'
import type { MakeMember, MemberNumber } from './member.ts'
import { Seat } from './seat.ts'

/** Gives the members of an instance their places: each in a zone of its own, the first one in the preferred zone. */
export class Seating {
  readonly #network: Network
  readonly #makeMember: MakeMember
  readonly #subnets: readonly Subnet[]
  readonly #definition: () => DbInstance

  constructor(options: {
    readonly network: Network
    readonly makeMember: MakeMember
    readonly subnets: readonly Subnet[]
    readonly definition: () => DbInstance
  }) {
    this.#network = options.network
    this.#makeMember = options.makeMember
    this.#subnets = options.subnets
    this.#definition = options.definition
  }

  /** Nothing when the subnet group has no zone for that member. */
  sit(number: MemberNumber): Seat | undefined {
    const subnet = this.#subnets[number - 1]
    if (!subnet) return undefined
    const { identifier, port, securityGroups } = this.#definition()
    const networkInterface = this.#network.attach({ owner: identifier, subnet: subnet.id, securityGroups })
    return new Seat(this.#makeMember({ number, zone: subnet.zone }), this.#network, networkInterface, port)
  }

  /** Clients reach the seat by its interface, and find it by the endpoint's name. */
  async open(seat: Seat): Promise<void> {
    await seat.open()
    this.#network.setName(this.#definition().endpoint, [seat.address])
  }

  /** The endpoint's name leads nowhere. */
  forgetName(): void {
    this.#network.setName(this.#definition().endpoint, [])
  }
}

/** The subnets of an instance, one for each zone, that of the preferred zone first. */
export function subnetsByZone({ architecture }: World, { subnets, zone }: DbInstance): readonly Subnet[] {
  const all = subnetsOf(architecture, subnets)
  const inOrder = [...all.filter(subnet => subnet.zone === zone), ...all.filter(subnet => subnet.zone !== zone)]
  return inOrder.filter((subnet, i) => inOrder.findIndex(other => other.zone === subnet.zone) === i)
}

/**
 * Waits for the zone of a seat. What was halted when the zone stopped is ended before anything starts there again.
 * @throws the signal's reason when it is aborted first
 */
export async function untilZoneIsUp({ zones }: World, seat: Seat, signal: AbortSignal): Promise<void> {
  while (!zones.isUp(seat.zone)) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = zones.onChange(() => resolve())
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    stop()
    signal.throwIfAborted()
    await seat.member.kill()
  }
  signal.throwIfAborted()
}
