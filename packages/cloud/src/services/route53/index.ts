import { nodesOf } from '@terrace/model'
import type { Service } from '../service.ts'
import { AddressBook } from './addresses.ts'
import { askThrough, HealthChecks } from './health-checks.ts'
import { namedZones } from './named-zones.ts'
import { publicNames } from './public-names.ts'

/**
 * Hosted zones: public names at this machine's port, and every name for the resolvers of the VPCs. Records with health
 * checks are answered while their address is well.
 */
export const route53: Service = {
  name: 'route53',
  emulates: ['hostedZone', 'recordSet'],
  async start(world) {
    const { architecture, clock } = world
    const [network, dataPlane] = await Promise.all([world.ports.need('network'), world.ports.need('dataPlane')])
    const setZones = () => {
      for (const zone of namedZones(architecture, checks.isHealthy)) network.setZone(zone)
    }
    const checks = new HealthChecks(world, askThrough(network, clock), () => {
      setZones()
      book.update()
    })
    let book = new AddressBook(world, network, dataPlane, checks.isHealthy)
    dataPlane.send({ type: 'names', names: publicNames(architecture) })
    setZones()
    // A distribution is outside of every VPC: its name resolves, and whoever runs it may answer there.
    for (const { domainName } of nodesOf(architecture, 'distribution')) {
      if (network.resolve(domainName).length === 0) network.setOutside(domainName, {})
    }
    book.update()
    const stopWatching = network.onChange(({ kind }) => kind !== 'names' && book.update())
    return {
      updates: {
        recordSet: {
          refuses: ({ before, after }) =>
            [before, after].some(record => record?.multivalue?.healthCheck !== undefined)
              ? 'records with health checks are read at the start alone'
              : undefined,
          async apply() {
            dataPlane.send({ type: 'names', names: publicNames(architecture) })
            setZones()
            book = new AddressBook(world, network, dataPlane, checks.isHealthy)
            book.update()
          },
        },
      },
      async stop() {
        stopWatching()
        checks.stop()
      },
    }
  },
}
