import { type Architecture, nodesOf } from '@terrace/model'
import type { ServerCertificate } from '../../dataplane/messages.ts'
import type { Service } from '../service.ts'
import { isLocal } from './names.ts'
import { acmApi } from './operations.ts'

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
      requested(world.architecture).map(
        async (request): Promise<ServerCertificate> => ({ ...request, ...(await authority.issue(request.names)) }),
      ),
    )
    dataPlane.send({ type: 'certificates', certificates })
    return { api: acmApi(world, authority), async stop() {} }
  },
}

/** What to issue: certificates of the template and the names AWS gives; the first is shown to whoever names none. */
function requested(architecture: Architecture): { readonly names: readonly string[]; readonly arn?: string }[] {
  const written = nodesOf(architecture, 'certificate').map(({ arn, names }) => ({ arn, names: names.filter(isLocal) }))
  const given = [
    ...nodesOf(architecture, 'loadBalancer').map(balancer => balancer.dnsName),
    ...nodesOf(architecture, 'distribution').map(distribution => distribution.domainName),
  ].filter(isLocal)
  const all = [...written.filter(({ names }) => names.length > 0), ...given.map(name => ({ names: [name] }))]
  return all.length > 0 ? all : [{ names: ['localhost'] }]
}
