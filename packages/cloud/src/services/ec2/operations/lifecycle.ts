import type { Operation } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import { insufficientCapacity } from '../capacity.ts'
import { IncorrectInstanceState, InsufficientInstanceCapacity, InvalidParameterValue } from '../errors.ts'
import type { InstanceState } from '../instances.ts'
import { STOP_GRACE } from '../limits.ts'
import type { RunningMachine } from '../machine.ts'
import { ec2Operation } from './describe.ts'
import { instanceIds, machineWithId, stateOf } from './instances.ts'
import { arnOf, type Ec2Site } from './site.ts'

/** Start, stop, reboot, terminate. The calls are answered when the change has begun; it goes on by itself. */
export const lifecycleOperations = (site: Ec2Site): readonly Operation[] => [
  changing(site, 'TerminateInstances', machine => {
    if (machine.state !== 'terminated') begin(site, machine, site.fleet.terminate(machine.id, STOP_GRACE))
  }),
  changing(site, 'StopInstances', machine => {
    // A group replaces a member that it finds stopped, as on AWS.
    if (machine.state === 'stopped' || machine.state === 'stopping') return
    if (machine.state !== 'running') throw new IncorrectInstanceState(machine.id, 'stopped')
    begin(site, machine, machine.stop(STOP_GRACE))
  }),
  changing(site, 'StartInstances', machine => {
    const { zones } = site.world
    if (machine.state === 'running' || machine.state === 'pending') return
    if (machine.state !== 'stopped') throw new IncorrectInstanceState(machine.id, 'started')
    if (!zones.isUp(machine.zone)) {
      throw new InsufficientInstanceCapacity(insufficientCapacity(zones, machine.zone, machine.machine.instanceType))
    }
    begin(site, machine, machine.start())
  }),
  ec2Operation({
    name: 'RebootInstances',
    input: { InstanceId: instanceIds },
    authorize: ({ InstanceId: ids }) => accessTo(site, 'RebootInstances', ids),
    run({ InstanceId: ids }) {
      const machines = ids.map(id => machineWithId(site, id))
      for (const machine of machines) {
        if (machine.state !== 'running') throw new IncorrectInstanceState(machine.id, 'rebooted')
      }
      for (const machine of machines) begin(site, machine, machine.reboot(STOP_GRACE))
      return { return: true }
    },
  }),
]

/** An operation that takes instances from one state to another, and answers both. */
function changing(site: Ec2Site, name: string, change: (machine: RunningMachine) => void): Operation {
  return ec2Operation({
    name,
    input: { InstanceId: instanceIds },
    authorize: ({ InstanceId: ids }) => accessTo(site, name, ids),
    run({ InstanceId: ids }) {
      if (ids.length === 0) throw new InvalidParameterValue('No instances specified')
      const machines = ids.map(id => machineWithId(site, id))
      return {
        instancesSet: machines.map(machine => {
          const before: InstanceState = machine.state
          change(machine)
          return { instanceId: machine.id, currentState: stateOf(machine.state), previousState: stateOf(before) }
        }),
      }
    },
  })
}

const accessTo = (site: Ec2Site, name: string, ids: readonly string[]): Access[] =>
  ids.map(id => ({ action: `ec2:${name}`, resource: arnOf(site, 'instance', id) }))

function begin({ world }: Ec2Site, { id, owner }: RunningMachine, change: Promise<void>): void {
  change.catch(error => {
    world.journal.write({
      kind: 'ec2.failed',
      node: owner,
      message: `${id}: ${String(error)}`,
      details: { instance: id },
    })
  })
}
