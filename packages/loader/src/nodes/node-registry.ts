import type { ArchitectureNode, NodeId, NodeKind, NodeOf } from '@terrace/model'
import type { ResolvedResource } from '../stack/resolved-resource.ts'
import type { Part, PartKind, PartOf } from './parts.ts'

/** The nodes and parts made so far, found by id and by the values that name them. */
export class NodeRegistry {
  readonly #nodes = new Map<NodeId, ArchitectureNode>()
  readonly #named = new Map<string, NodeId>()
  readonly #parts = new Map<string, Part>()

  add(node: ArchitectureNode, resource?: ResolvedResource): void {
    this.#nodes.set(node.id, node)
    for (const name of resource?.names ?? []) this.#named.set(`${node.kind} ${name}`, node.id)
  }

  addPart(part: Part, { names }: ResolvedResource): void {
    for (const name of names) this.#parts.set(`${part.kind} ${name}`, part)
  }

  all(): Iterable<ArchitectureNode> {
    return this.#nodes.values()
  }

  ofKind<K extends NodeKind>(kind: K): readonly NodeOf<K>[] {
    return [...this.#nodes.values()].filter((node): node is NodeOf<K> => node.kind === kind)
  }

  named<K extends NodeKind>(name: string, kind: K): NodeOf<K> | undefined {
    const id = this.#named.get(`${kind} ${name}`)
    const node = id === undefined ? undefined : this.#nodes.get(id)
    return node && isOfKind(node, kind) ? node : undefined
  }

  part<K extends PartKind>(name: string, kind: K): PartOf<K> | undefined {
    const part = this.#parts.get(`${kind} ${name}`)
    return part && isPart(part, kind) ? part : undefined
  }

  update<K extends NodeKind>(id: NodeId, kind: K, change: (node: NodeOf<K>) => NodeOf<K>): void {
    const node = this.#nodes.get(id)
    if (node && isOfKind(node, kind)) this.#nodes.set(id, change(node))
  }
}

const isOfKind = <K extends NodeKind>(node: ArchitectureNode, kind: K): node is NodeOf<K> => node.kind === kind
const isPart = <K extends PartKind>(part: Part, kind: K): part is PartOf<K> => part.kind === kind
