import { type Clock, type Duration, type Instant, type Stop, TerraceError } from '@terrace/kit'
import { type Architecture, getNode, type Machine, type NodeId, type Zone } from '@terrace/model'
import type { NetworkInterface } from '../../../network/network.ts'
import type { Instance, Instances, LaunchRequest } from '../../../ports.ts'

/** An instance without a machine. */
class BareInstance implements Instance {
  readonly id: string
  readonly owner: NodeId
  readonly zone: Zone
  readonly networkInterface: NetworkInterface
  readonly machine: Machine
  readonly launchedAt: Instant
  readonly tags: Readonly<Record<string, string>>
  readonly lifecycleState: () => string | undefined
  readonly processes = []
  state: Instance['state'] = 'running'
  statusCheck: Instance['statusCheck'] = 'ok'

  constructor(id: string, zone: Zone, launchedAt: Instant, request: LaunchRequest) {
    this.id = id
    this.owner = request.owner
    this.zone = zone
    this.machine = request.machine
    this.launchedAt = launchedAt
    this.tags = request.tags ?? {}
    this.lifecycleState = request.lifecycleState ?? (() => undefined)
    this.networkInterface = {
      id: `eni-${id}`,
      owner: id,
      subnet: request.subnet,
      zone,
      securityGroups: request.machine.securityGroups,
      address: '10.0.0.1',
      publicAddress: false,
      folder: '/nowhere',
    }
  }
}

/** AWS's text for a zone without room. */
export const NO_CAPACITY =
  'We currently do not have sufficient t2.micro capacity in the Availability Zone you requested (us-east-1b). ' +
  'Our system will be working on provisioning additional capacity. You can currently get t2.micro capacity by not ' +
  'specifying an Availability Zone in your request or choosing us-east-1a.'

/**
 * Instances that are only numbers: `i-1`, `i-2`, … For looking at the decisions of groups, in tests, simulations and
 * benches.
 */
export class BareInstances implements Instances {
  /** Zones in which launches fail. */
  readonly full = new Set<Zone>()
  /** `launch i-1`, `terminate i-1`, … in their order. */
  readonly log: string[] = []
  readonly #architecture: Architecture
  readonly #clock: Clock
  readonly #launchTime: Duration
  readonly #instances = new Map<string, BareInstance>()
  readonly #listeners = new Set<(instance: Instance) => void>()
  #count = 0

  constructor(architecture: Architecture, clock: Clock, launchTime: Duration = 0) {
    this.#architecture = architecture
    this.#clock = clock
    this.#launchTime = launchTime
  }

  async launch(request: LaunchRequest): Promise<Instance> {
    const { zone } = getNode(this.#architecture, request.subnet, 'subnet')
    if (this.full.has(zone)) throw new TerraceError('EC2_INSUFFICIENT_CAPACITY', NO_CAPACITY)
    const instance = new BareInstance(`i-${++this.#count}`, zone, this.#clock.now(), request)
    if (this.#launchTime > 0) await this.#clock.sleep(this.#launchTime)
    this.#instances.set(instance.id, instance)
    this.log.push(`launch ${instance.id}`)
    return instance
  }

  async terminate(id: string): Promise<void> {
    this.log.push(`terminate ${id}`)
    this.#instances.delete(id)
  }

  list(): readonly BareInstance[] {
    return [...this.#instances.values()]
  }

  onChange(listener: (instance: Instance) => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Its status check fails. */
  impair(id: string): void {
    this.#change(id, instance => {
      instance.statusCheck = 'impaired'
    })
  }

  /** Somebody stops it past the group. */
  endFromOutside(id: string): void {
    this.#change(id, instance => {
      instance.state = 'shutting-down'
    })
  }

  #change(id: string, change: (instance: BareInstance) => void): void {
    const instance = this.#instances.get(id)
    if (!instance) throw new Error(`there is no instance ${id}`)
    change(instance)
    for (const listener of this.#listeners) listener(instance)
  }
}
