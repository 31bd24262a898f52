import { nodesOf } from '@terrace/model'
import type { Service } from '../service.ts'
import { namedZones } from './named-zones.ts'
import { publicNames } from './public-names.ts'

/** Hosted zones: public names at this machine's port, and every name for the resolvers of the VPCs. */
export const route53: Service = {
  name: 'route53',
  emulates: ['hostedZone', 'recordSet'],
  async start(world) {
    const { architecture } = world
    const [network, dataPlane] = await Promise.all([world.ports.need('network'), world.ports.need('dataPlane')])
    dataPlane.send({ type: 'names', names: publicNames(architecture) })
    for (const zone of namedZones(architecture)) network.setZone(zone)
    // A distribution is outside of every VPC: its name resolves, and whoever runs it may answer there.
    for (const { domainName } of nodesOf(architecture, 'distribution')) {
      if (network.resolve(domainName).length === 0) network.setOutside(domainName, {})
    }
    return { async stop() {} }
  },
}
