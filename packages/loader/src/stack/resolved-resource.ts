import type { NodeId, Origin } from '@terrace/model'
import type { MappingNode } from '../read/template-node.ts'

/** A resource of a template with every function gone. */
export interface ResolvedResource {
  readonly id: NodeId
  readonly origin: Origin
  readonly properties: MappingNode
  /** `Metadata` as written; only what a builder asks for is resolved. */
  readonly metadata?: MappingNode
  /** What `Ref` gives. */
  readonly physicalId: string
  /** All values by which other resources refer to it: what `Ref` gives, and some attributes. */
  readonly names: readonly string[]
  /** What `Fn::GetAtt` gives, as text; nothing when the attribute is not known. */
  readonly attribute: (name: string) => string | undefined
  /** The same for an attribute that is a list. */
  readonly attributeList: (name: string) => readonly string[]
  /** What it refers to, directly. */
  readonly needs: readonly NodeId[]
  readonly creationPolicy?: MappingNode
  /** How a running stack is changed. */
  readonly updatePolicy?: MappingNode
  /** A name such as CloudFormation makes up for what the template doesn't name: the same at every load. */
  readonly generatedName: (style: 'stack' | 'logicalId') => string
}
