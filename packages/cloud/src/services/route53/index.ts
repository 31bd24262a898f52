import { getNode, nodesOf } from '@terrace/model'
import type { Service } from '../service.ts'
import { publicNames } from './public-names.ts'

/** Hosted zones: public names at this machine's port, private ones inside the VPC. */
export const route53: Service = {
  name: 'route53',
  emulates: ['hostedZone', 'recordSet'],
  async start(world) {
    const { architecture } = world
    const [network, dataPlane] = await Promise.all([world.ports.need('network'), world.ports.need('dataPlane')])
    dataPlane.send({ type: 'names', names: publicNames(architecture) })
    for (const record of nodesOf(architecture, 'recordSet')) {
      if (record.type !== 'A' || getNode(architecture, record.zone, 'hostedZone').vpcs.length === 0) continue
      const addresses = record.target.kind === 'values' ? record.target.values : network.resolve(record.target.dnsName)
      network.setName(record.name, addresses)
    }
    return { async stop() {} }
  },
}
