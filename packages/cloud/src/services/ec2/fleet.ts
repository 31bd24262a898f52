import { type Duration, HEX, messageOf, type Stop } from '@terrace/kit'
import { type Architecture, getNode, nodesOf } from '@terrace/model'
import type { AttachRequest, Network } from '../../network/network.ts'
import type { World } from '../../world.ts'
import { requireCapacity } from './capacity.ts'
import type { Instance, Instances, LaunchRequest } from './instances.ts'
import { STOP_GRACE, TERMINATED_VISIBLE } from './limits.ts'
import { type MachineOptions, RunningMachine } from './machine.ts'

/** All instances of the account, also those that were terminated in the last hour. */
export class Fleet implements Instances {
  readonly #world: World
  readonly #network: Network
  readonly #options: MachineOptions
  readonly #machines = new Map<string, RunningMachine>()
  readonly #listeners = new Set<(instance: Instance) => void>()
  readonly #stopListening: Stop
  /** What waits for a terminated instance to be forgotten. */
  readonly #waiting = new Set<Stop>()

  constructor(world: World, network: Network, options: Omit<MachineOptions, 'endSelf'>) {
    this.#world = world
    this.#network = network
    this.#options = { ...options, endSelf: machine => this.#endSelf(machine) }
    this.#stopListening = world.zones.onChange((zone, up) => this.#zoneChanged(zone, up))
  }

  /** Terminated ones, too. */
  get machines(): readonly RunningMachine[] {
    return [...this.#machines.values()]
  }

  find(id: string): RunningMachine | undefined {
    return this.#machines.get(id)
  }

  /** @param id  `i-…`; by default a new one */
  async launch(request: LaunchRequest, id = `i-${this.#world.random.text(17, HEX)}`): Promise<RunningMachine> {
    const { architecture, zones } = this.#world
    const subnet = getNode(architecture, request.subnet, 'subnet')
    requireCapacity(zones, subnet.zone, request.machine.instanceType)
    const networkInterface = this.#network.attach(attachment(architecture, id, request))
    const machine = new RunningMachine(
      this.#world,
      this.#network,
      { id, networkInterface, request },
      this.#options,
      changed => this.#tell(changed),
    )
    this.#machines.set(id, machine)
    await machine.start()
    return machine
  }

  async terminate(id: string, grace: Duration): Promise<void> {
    const machine = this.#machines.get(id)
    if (!machine || machine.state === 'terminated' || machine.state === 'shutting-down') return
    await machine.terminate(grace)
    const cancel = this.#world.clock.after(TERMINATED_VISIBLE, () => {
      this.#waiting.delete(cancel)
      this.#machines.delete(id)
    })
    this.#waiting.add(cancel)
  }

  list(): readonly RunningMachine[] {
    return this.machines.filter(({ state }) => state !== 'terminated')
  }

  onChange(listener: (instance: Instance) => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends everything, with Terrace itself. */
  async stop(grace: Duration): Promise<void> {
    this.#stopListening()
    await Promise.all(this.list().map(({ id }) => this.terminate(id, grace)))
    for (const cancel of this.#waiting) cancel()
  }

  #tell(machine: RunningMachine): void {
    for (const listener of [...this.#listeners]) listener(machine)
  }

  #endSelf(machine: RunningMachine): void {
    const { terminatesOnShutdown = false } = machine.machine
    const ended = terminatesOnShutdown ? this.terminate(machine.id, STOP_GRACE) : machine.stop(STOP_GRACE)
    void ended.catch((error: unknown) => this.#world.logs.write('control', 'ec2', `${machine.id}: ${messageOf(error)}`))
  }

  async #zoneChanged(zone: string, up: boolean): Promise<void> {
    const there = this.machines.filter(machine => machine.zone === zone)
    if (up) await Promise.all(there.map(machine => machine.zoneStarted()))
    else for (const machine of there) machine.zoneStopped()
  }
}

function attachment(architecture: Architecture, owner: string, request: LaunchRequest): AttachRequest {
  const { machine, subnet, publicAddress, privateAddress } = request
  const elastic = nodesOf(architecture, 'elasticIp').find(({ instance }) => instance === request.owner)
  return {
    owner,
    subnet,
    // differs: the default group of the VPC isn't in the template; without a group nothing is allowed.
    securityGroups: machine.securityGroups,
    ...(publicAddress === undefined ? {} : { publicAddress }),
    ...(privateAddress === undefined ? {} : { address: privateAddress }),
    ...(elastic ? { publicIp: elastic.physicalId } : {}),
  }
}
