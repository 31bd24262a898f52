import type { DescribedResource } from '@terrace/loader'
import type { Architecture } from '@terrace/model'
import type { Source } from '../synth/source.ts'
import { localParameters } from './local-parameters.ts'

/** Where the names end that AWS would give to balancers and distributions. */
const PUBLIC_NAMES = { loadBalancer: 'elb.localhost', distribution: 'cloudfront.localhost' }

/** A template as it is run here, and its resources as they are compared. */
export interface Loaded {
  readonly architecture: Architecture
  readonly resources: readonly DescribedResource[]
}

/** Loads a template for this machine. @param port  what stands for 443 */
export async function loadSource(
  source: Source,
  name: string,
  port: number,
  parameters: Readonly<Record<string, string>>,
): Promise<Loaded> {
  const { load } = await import('@terrace/loader')
  const resources: DescribedResource[] = []
  const architecture = await load(source, {
    name,
    parameters: localParameters(source, name, port, parameters),
    publicNames: PUBLIC_NAMES,
    onResource: resource => resources.push(resource),
  })
  return { architecture, resources }
}
