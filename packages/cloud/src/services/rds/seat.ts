import { rm, symlink } from 'node:fs/promises'
import type { Zone } from '@terrace/model'
import type { Network, NetworkInterface } from '../../network/network.ts'
import { checkSocketPath } from './mariadb/server.ts'
import type { Member } from './member.ts'

/**
 * A member's place in the network: an interface in its zone. Its server listens on a private socket all the time; only
 * while it is primary does the interface lead there, so that nobody reads from a standby.
 */
export class Seat {
  readonly member: Member
  readonly networkInterface: NetworkInterface
  readonly #network: Network
  readonly #door: string

  constructor(member: Member, network: Network, networkInterface: NetworkInterface, port: number) {
    this.member = member
    this.networkInterface = networkInterface
    this.#network = network
    this.#door = network.socketOf(networkInterface, port)
    checkSocketPath(networkInterface.owner, this.#door)
  }

  get zone(): Zone {
    return this.networkInterface.zone
  }

  get address(): string {
    return this.networkInterface.address
  }

  get door(): string {
    return this.#door
  }

  async open(): Promise<void> {
    await this.close()
    await symlink(this.member.socket, this.#door)
  }

  async close(): Promise<void> {
    await rm(this.#door, { force: true })
  }

  detach(): void {
    this.#network.detach(this.networkInterface.id)
  }
}
