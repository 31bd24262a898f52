import { type Architecture, nodesOf } from '@terrace/model'
import type { ServerCertificate } from '../../dataplane/messages.ts'
import type { Service } from '../service.ts'

/**
 * Certificates: signed by the local public authority, which may sign names under `localhost` alone.
 * differs: issued at once; the validation records are not looked at yet.
 */
export const acm: Service = {
  name: 'acm',
  emulates: ['certificate'],
  async start(world) {
    const [authority, dataPlane] = await Promise.all([
      world.ports.need('publicAuthority'),
      world.ports.need('dataPlane'),
    ])
    const certificates = await Promise.all(
      certificateNames(world.architecture).map(
        async (names): Promise<ServerCertificate> => ({ names, ...(await authority.issue(names)) }),
      ),
    )
    dataPlane.send({ type: 'certificates', certificates })
    return { async stop() {} }
  },
}

/** The names of each certificate to issue; the first is shown to clients that name none of them. */
function certificateNames(architecture: Architecture): string[][] {
  const requested = nodesOf(architecture, 'certificate').map(certificate => certificate.names.filter(isLocal))
  const given = [
    ...nodesOf(architecture, 'loadBalancer').map(balancer => balancer.dnsName),
    ...nodesOf(architecture, 'distribution').map(distribution => distribution.domainName),
  ].filter(isLocal)
  const all = [...requested.filter(names => names.length > 0), ...given.map(name => [name])]
  return all.length > 0 ? all : [['localhost']]
}

const isLocal = (name: string): boolean => name === 'localhost' || name.endsWith('.localhost')
