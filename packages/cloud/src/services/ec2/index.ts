import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Duration } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'
import { carryOutAlarms } from './alarm-actions.ts'
import { Fleet } from './fleet.ts'
import { measureInstances } from './instance-metrics.ts'
import { STOP_GRACE } from './limits.ts'
import { networkUpdates } from './network-updates.ts'
import { ec2Api } from './operations/index.ts'

/** How instances run. */
export interface Ec2Options {
  /** Between `pending` and `running`; 0 when absent. differs: minutes on AWS */
  readonly bootDelay?: Duration
  /** Replaces images that can't run here by labelled placeholders. */
  readonly standIns?: boolean
}

/** Instances of groups and of the template itself, and the API over them and over the network. */
export const ec2Service = ({ bootDelay = 0, standIns = false }: Ec2Options = {}): Service => ({
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
    'volume',
    'vpc',
    'vpcEndpoint',
  ],
  async start(world) {
    const network = await world.ports.need('network')
    forgetHosts(world)
    const fleet = new Fleet(world, network, { bootDelay, standIns })
    world.ports.provide('instances', fleet)
    const stopMeasuring = measureInstances(world, network, fleet)
    const stopActing = carryOutAlarms(world, fleet)
    await launchTemplateInstances(world, fleet)
    return {
      api: ec2Api(world, network, fleet),
      updates: networkUpdates(network.rules),
      async stop() {
        stopActing()
        stopMeasuring()
        await fleet.stop(STOP_GRACE)
      },
    }
  },
})

/** With the defaults. */
export const ec2 = ec2Service()

/** Files of instances that a Terrace which crashed left behind. */
function forgetHosts({ folders }: World): void {
  for (const kept of ['hosts', 'disks']) {
    const hosts = join(folders.state, kept)
    mkdirSync(hosts, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(hosts)) {
      if (name.startsWith('i-')) rmSync(join(hosts, name), { recursive: true, force: true })
    }
  }
}

// The database comes before what depends on it, as CloudFormation would order it.
async function launchTemplateInstances(world: World, fleet: Fleet): Promise<void> {
  const wanted = nodesOf(world.architecture, 'instance')
  if (wanted.length === 0) return
  await world.ports.need('databases')
  for (const { machine, subnet, publicAddress, privateAddress, id, physicalId, tags } of wanted) {
    const address = privateAddress === undefined ? {} : { privateAddress }
    await fleet.launch({ machine, subnet, publicAddress, ...address, owner: id, tags }, physicalId)
  }
}
