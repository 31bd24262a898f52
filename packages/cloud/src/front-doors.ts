import { type Architecture, nodesOf } from '@terrace/model'
import { publicNames } from './services/route53/public-names.ts'

/** The public entrances of a system, without trailing slash. */
export type FrontDoors = Readonly<Record<string, string>>

/**
 * `site` is what the CDN serves; a public balancer beside it is the `api`, one alone is the `web`. So is a name that leads
 * to Elastic IPs of instances, where there is neither. The shortest name is taken: one of the hosted zone, where there is
 * one, and the apex before what is below it.
 *
 * Written as http: the port that stands for 443 takes plain requests for it as well as TLS.
 */
export function frontDoors(
  architecture: Architecture,
  ports: { readonly port: number; readonly httpPort: number },
): FrontDoors {
  const names = publicNames(architecture)
  const bestName = (kind: string, node: string): string | undefined =>
    names
      .filter(({ target }) => target.kind === kind && target.node === node)
      .sort((a, b) => a.name.length - b.name.length)[0]?.name
  const doors: Record<string, string> = {}
  const [distribution] = nodesOf(architecture, 'distribution')
  const site = distribution && bestName('distribution', distribution.id)
  if (site) doors.site = `http://${site}:${ports.port}`
  for (const balancer of nodesOf(architecture, 'loadBalancer')) {
    const name = bestName('loadBalancer', balancer.id)
    if (!name) continue
    const listeners = nodesOf(architecture, 'listener').filter(listener => listener.loadBalancer === balancer.id)
    const port = listeners.some(listener => listener.port === 443) ? ports.port : ports.httpPort
    doors[site ? 'api' : 'web'] ??= `http://${name}:${port}`
  }
  const [addresses] = names
    .filter(({ target }) => target.kind === 'addresses')
    .sort((a, b) => a.name.length - b.name.length)
  if (addresses && !site) doors.web ??= `http://${addresses.name}:${ports.port}`
  return doors
}
