import type { ArchitectureNode, BaseNode, NodeId, NodeKind, NodeOf, Workload } from '@terrace/model'
import type { AssetIndex } from '../assembly/asset-index.ts'
import type { ResolvedResource } from '../stack/resolved-resource.ts'
import type { Part, PartKind, PartOf } from './parts.ts'
import type { PropertyReader } from './property-reader.ts'

/** What a builder has at hand for one resource. */
export interface BuildContext {
  readonly resource: ResolvedResource
  readonly properties: PropertyReader
  /** The attribute `CreationPolicy`, when the resource has it. */
  readonly creationPolicy: PropertyReader | undefined
  /** The attribute `UpdatePolicy`. */
  readonly updatePolicy: PropertyReader | undefined
  readonly region: string
  readonly account: string
  readonly partition: string
  readonly assets: AssetIndex
  /** What `Fn::GetAtt` gives for this resource, as text; empty when it is not known. */
  attribute(name: string): string
  /** The fields that all nodes have; reads `Tags`. */
  base<K extends NodeKind>(kind: K): BaseNode<K>
  /** The node that a property names. @throws NotModelled when it is not in these stacks */
  need<K extends NodeKind>(reader: PropertyReader, key: string, kind: K): NodeId
  /** The same for a property that may be left out or name something outside, which becomes a gap. */
  find<K extends NodeKind>(reader: PropertyReader, key: string, kind: K): NodeId | undefined
  /** The nodes that a list names; those outside of these stacks become gaps. */
  findAll<K extends NodeKind>(reader: PropertyReader, key: string, kind: K): readonly NodeId[]
  /** The node with that value as its name, without a gap when there is none. */
  lookUp<K extends NodeKind>(value: string, kind: K): NodeOf<K> | undefined
  /** The hosted zone with that domain name, without the final dot. */
  zoneNamed(name: string): NodeId | undefined
  /** What a helper resource brings, by the value that names it. */
  part<K extends PartKind>(value: string, kind: K): PartOf<K> | undefined
  /** The workload of the document in this resource's metadata, or in its user data. */
  workload(userData: string): Workload | undefined
  gap(kind: 'property' | 'value', path: string, line: number | undefined, message: string): void
}

/** What folding adds: it may change nodes that are built. */
export interface FoldContext extends BuildContext {
  /** All nodes of a kind, as they are now. */
  all<K extends NodeKind>(kind: K): readonly NodeOf<K>[]
  /** Adds a node beside those that have a resource of their own. */
  add(node: ArchitectureNode): void
  /** Replaces a node by a changed one. */
  update<K extends NodeKind>(id: NodeId, kind: K, change: (node: NodeOf<K>) => NodeOf<K>): void
}

/** How a resource type becomes part of the model. */
export type Builder =
  | {
      readonly makes: 'node'
      readonly build: (context: BuildContext) => ArchitectureNode
      /** What it changes in other nodes, when every node is there. */
      readonly fold?: (context: FoldContext) => void
    }
  | { readonly makes: 'part'; readonly build: (context: BuildContext) => Part }
  /** Runs when every node is there, in the template's order. */
  | { readonly makes: 'fold'; readonly fold: (context: FoldContext) => void }
  /** Understood, and nothing follows from it here: why that is harmless. */
  | { readonly makes: 'nothing'; readonly because: string }

/** Builders by CloudFormation type. */
export type BuilderTable = Readonly<Record<string, Builder>>

export const node = (
  build: (context: BuildContext) => ArchitectureNode,
  foldIn?: (context: FoldContext) => void,
): Builder => ({ makes: 'node', build, ...(foldIn ? { fold: foldIn } : {}) })
export const part = (build: (context: BuildContext) => Part): Builder => ({ makes: 'part', build })
export const fold = (foldIn: (context: FoldContext) => void): Builder => ({ makes: 'fold', fold: foldIn })

/** Thrown by a builder for a resource that it cannot model; the resource stays in the model as `other`, with a gap. */
export class NotModelled extends Error {
  readonly path: string
  readonly line: number | undefined

  constructor(message: string, path: string, line: number | undefined) {
    super(message)
    this.name = 'NotModelled'
    this.path = path
    this.line = line
  }
}

/** The resource cannot be modelled because of this property. */
export const notModelled = (reader: PropertyReader, key: string, message: string) =>
  new NotModelled(message, reader.pathOf(key), reader.placeOf(key).line)
