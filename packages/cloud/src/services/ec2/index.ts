import { HEX, type Stop, seconds } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'
import type { Instance, Instances, LaunchRequest } from './instances.ts'
import { RunningMachine } from './machine.ts'

/** What a container runtime grants between SIGTERM and SIGKILL. */
const STOP_GRACE = seconds(10)

/** Instances of groups and of the template itself. */
export const ec2: Service = {
  name: 'ec2',
  emulates: [
    'elasticIp',
    'instance',
    'internetGateway',
    'launchTemplate',
    'natGateway',
    'networkAcl',
    'routeTable',
    'securityGroup',
    'subnet',
    'vpc',
  ],
  async start(world) {
    const network = await world.ports.need('network')
    const machines = new Map<string, RunningMachine>()
    const listeners = new Set<(instance: Instance) => void>()

    const launch = async (request: LaunchRequest): Promise<Instance> => {
      const { machine, owner } = request
      const id = `i-${world.random.text(17, HEX)}`
      const networkInterface = network.attach({
        owner: id,
        subnet: request.subnet,
        securityGroups: machine.securityGroups,
        ...(request.publicAddress === undefined ? {} : { publicAddress: request.publicAddress }),
      })
      const running = new RunningMachine(world, network, { id, owner, machine, networkInterface }, () => {
        for (const listener of [...listeners]) listener(running)
      })
      machines.set(id, running)
      running.markRunning()
      running.boot().catch(error => {
        world.journal.write({ kind: 'ec2.bootFailed', node: owner, message: `${id} could not boot: ${String(error)}` })
      })
      return running
    }

    const instances: Instances = {
      launch,
      async terminate(id, grace) {
        await machines.get(id)?.shutDown(grace)
        machines.delete(id)
      },
      list: () => [...machines.values()],
      onChange(listener): Stop {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    world.ports.provide('instances', instances)
    await launchTemplateInstances(world, instances)
    return {
      async stop() {
        await Promise.all([...machines.keys()].map(id => instances.terminate(id, STOP_GRACE)))
      },
    }
  },
}

// The database comes before what depends on it, as CloudFormation would order it.
async function launchTemplateInstances(world: World, instances: Instances): Promise<void> {
  const wanted = nodesOf(world.architecture, 'instance')
  if (wanted.length === 0) return
  await world.ports.need('databases')
  for (const { machine, subnet, publicAddress, id } of wanted)
    await instances.launch({ machine, subnet, publicAddress, owner: id })
}
