import { type Architecture, nodesOf } from '@terrace/model'

type Tags = Readonly<Record<string, string>>

/** Tags by physical id: those of the template, and what CreateTags and DeleteTags have changed since. */
export class TagStore {
  readonly #architecture: Architecture
  readonly #changed = new Map<string, Tags>()

  constructor(architecture: Architecture) {
    this.#architecture = architecture
  }

  /** @param own  of an instance: what it was launched with; by default those of the template */
  of(id: string, own: Tags = this.#ofTemplate(id)): Tags {
    return this.#changed.get(id) ?? own
  }

  put(id: string, tags: Tags, own?: Tags): void {
    this.#changed.set(id, { ...this.of(id, own), ...tags })
  }

  /** @param tags  a key without value is removed whatever its value is */
  remove(id: string, tags: Readonly<Record<string, string | undefined>>, own?: Tags): void {
    const left = Object.entries(this.of(id, own)).filter(
      ([key, value]) => !(key in tags) || (tags[key] !== undefined && tags[key] !== value),
    )
    this.#changed.set(id, Object.fromEntries(left))
  }

  #ofTemplate(id: string): Tags {
    return this.#architecture.nodes.find(node => node.physicalId === id)?.tags ?? {}
  }
}

/** What can carry tags, with the name that `resource-type` has for it. */
export const TAGGED = {
  vpc: 'vpc',
  subnet: 'subnet',
  routeTable: 'route-table',
  internetGateway: 'internet-gateway',
  natGateway: 'natgateway',
  networkAcl: 'network-acl',
  securityGroup: 'security-group',
  launchTemplate: 'launch-template',
  vpcEndpoint: 'vpc-endpoint',
  elasticIp: 'elastic-ip',
} as const

/** Ids and types of everything of the template that can carry tags. */
export const taggedNodes = (architecture: Architecture): { readonly id: string; readonly type: string }[] =>
  (Object.keys(TAGGED) as (keyof typeof TAGGED)[]).flatMap(kind =>
    nodesOf(architecture, kind).map(node => ({
      id: node.kind === 'elasticIp' ? node.allocationId : node.physicalId,
      type: TAGGED[kind],
    })),
  )

/** `<tagSet>`. */
export const tagSet = (tags: Tags) => Object.entries(tags).map(([key, value]) => ({ key, value }))
