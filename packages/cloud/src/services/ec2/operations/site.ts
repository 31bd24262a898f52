import { type Architecture, type ArchitectureNode, nodesOf } from '@terrace/model'
import type { Network } from '../../../network/network.ts'
import type { World } from '../../../world.ts'
import { NotFound } from '../errors.ts'
import type { Fleet } from '../fleet.ts'
import type { TagStore } from '../tags.ts'

/** What the operations work on. */
export interface Ec2Site {
  readonly world: World
  readonly architecture: Architecture
  readonly network: Network
  readonly fleet: Fleet
  readonly tags: TagStore
}

/** The ARN of a resource of EC2: `arnOf(site, 'instance', 'i-…')`. */
export const arnOf = ({ architecture }: Pick<Ec2Site, 'architecture'>, type: string, id: string): string =>
  `arn:aws:ec2:${architecture.region}:${architecture.account}:${type}/${id}`

type Kind = ArchitectureNode['kind']
type OfKind<K extends Kind> = Extract<ArchitectureNode, { kind: K }>

/** The node with a physical id. @throws NotFound */
export function nodeWithId<K extends Kind>({ architecture }: Pick<Ec2Site, 'architecture'>, kind: K, id: string) {
  const found = nodesOf(architecture, kind).find(node => node.physicalId === id)
  if (!found) throw new NotFound(kind, [id])
  return found satisfies OfKind<K>
}

/** The physical id of a node that others refer to; empty when there is none. */
export const physicalIdOf = ({ architecture }: Pick<Ec2Site, 'architecture'>, node: string | undefined): string =>
  architecture.nodes.find(({ id }) => id === node)?.physicalId ?? ''
