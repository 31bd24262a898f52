import type { ArchitectureNode, BaseNode, Gap, NodeId, NodeKind, NodeOf, Workload } from '@terrace/model'
import type { AssetIndex } from '../assembly/asset-index.ts'
import type { Gaps } from '../gaps.ts'
import { toPlain } from '../read/template-node.ts'
import { partitionOf } from '../regions.ts'
import type { ResolvedResource } from '../stack/resolved-resource.ts'
import { readWorkload, workloadText } from '../workload/read-workload.ts'
import { type FoldContext, type NotModelled, notModelled } from './build-context.ts'
import type { NodeRegistry } from './node-registry.ts'
import type { PartKind, PartOf } from './parts.ts'
import { PropertyReader } from './property-reader.ts'
import { type PathTrace, type PropertyTrace, traceOf } from './property-trace.ts'
import type { ScopedResource } from './scoped-resource.ts'
import { tagsOf } from './tags.ts'

const INIT = 'AWS::CloudFormation::Init'

/** What builders see of one resource, and what is reported about it in the end. */
export class ResourceContext implements FoldContext {
  readonly resource: ResolvedResource
  readonly properties: PropertyReader
  readonly creationPolicy: PropertyReader | undefined
  readonly updatePolicy: PropertyReader | undefined
  readonly registry: NodeRegistry
  readonly assets: AssetIndex
  readonly region: string
  readonly account: string
  readonly partition: string
  readonly #scoped: ScopedResource
  readonly #gaps: Gaps
  readonly #trace: PathTrace | undefined
  #understood = false

  constructor(
    scoped: ScopedResource,
    registry: NodeRegistry,
    assets: AssetIndex,
    gaps: Gaps,
    trace: PropertyTrace | undefined,
  ) {
    const { resource, region, account } = scoped
    const { logicalId, place, type } = resource.origin
    this.#trace = trace && traceOf(type, logicalId, trace)
    this.#scoped = scoped
    this.#gaps = gaps
    this.resource = resource
    this.registry = registry
    this.assets = assets
    this.region = region
    this.account = account
    this.partition = partitionOf(region)
    const { properties, creationPolicy, updatePolicy } = resource
    const path = `Resources.${logicalId}`
    this.properties = new PropertyReader(properties, `${path}.Properties`, place.file, this.#trace)
    this.creationPolicy =
      creationPolicy && new PropertyReader(creationPolicy, `${path}.CreationPolicy`, place.file, this.#trace)
    this.updatePolicy =
      updatePolicy && new PropertyReader(updatePolicy, `${path}.UpdatePolicy`, place.file, this.#trace)
  }

  attribute(name: string): string {
    return this.resource.attribute(name) ?? ''
  }

  base<K extends NodeKind>(kind: K): BaseNode<K> {
    const { id, origin, physicalId } = this.resource
    // Whatever the type, its tags cannot be wrong in a way that matters to a node that is not modelled.
    const tags = kind === 'other' ? {} : tagsOf(this.properties)
    return { id, kind, origin, physicalId, tags }
  }

  need<K extends NodeKind>(reader: PropertyReader, key: string, kind: K): NodeId {
    const value = reader.requiredText(key)
    const found = this.lookUp(value, kind)
    if (found) return found.id
    throw notModelled(reader, key, `its ${key} ${value} is not in these stacks`)
  }

  find<K extends NodeKind>(reader: PropertyReader, key: string, kind: K): NodeId | undefined {
    const value = reader.text(key)
    return value === undefined ? undefined : this.#found(reader, key, value, kind)
  }

  findAll<K extends NodeKind>(reader: PropertyReader, key: string, kind: K): readonly NodeId[] {
    return reader.texts(key).flatMap(value => this.#found(reader, key, value, kind) ?? [])
  }

  lookUp<K extends NodeKind>(value: string, kind: K): NodeOf<K> | undefined {
    return this.registry.named(value, kind)
  }

  zoneNamed(name: string): NodeId | undefined {
    return this.registry.ofKind('hostedZone').find(zone => zone.name === name)?.id
  }

  part<K extends PartKind>(value: string, kind: K): PartOf<K> | undefined {
    return this.registry.part(value, kind)
  }

  workload(userData: string): Workload | undefined {
    const { place } = this.resource.origin
    const inMetadata = this.resource.metadata?.entries.get('Terrace::Workload')
    if (this.resource.metadata?.entries.has(INIT)) {
      const line = this.resource.metadata.entries.get(INIT)?.line
      const path = `Resources.${this.resource.origin.logicalId}.Metadata.${INIT}`
      this.gap('value', path, line, 'cfn-init does not run here; what a machine runs is said by its workload document')
    }
    if (inMetadata) {
      const resolved = this.#scoped.scope.resolve(inMetadata)
      return readWorkload(resolved && toPlain(resolved), this.assets, { ...place, line: inMetadata.line })
    }
    const text = workloadText(userData)
    return text === undefined ? undefined : readWorkload(text, this.assets, place)
  }

  all<K extends NodeKind>(kind: K): readonly NodeOf<K>[] {
    return this.registry.ofKind(kind)
  }

  add(node: ArchitectureNode): void {
    this.registry.add(node)
  }

  update<K extends NodeKind>(id: NodeId, kind: K, change: (node: NodeOf<K>) => NodeOf<K>): void {
    this.registry.update(id, kind, change)
  }

  gap(kind: 'property' | 'value' | 'resourceType', path: string, line: number | undefined, message: string): void {
    this.#trace?.(path, true, { kind: 'listed', whatever: kind === 'property', because: message })
    this.#list(kind, path, line, message)
  }

  #list(kind: Gap['kind'], path: string, line: number | undefined, message: string): void {
    const { place } = this.resource.origin
    const at = { file: place.file, line: line ?? place.line ?? 1 }
    this.#gaps.add({ kind, node: this.resource.id, path, message, place: at })
  }

  /** A gap for the resource as a whole, where it is written or where the reason is. */
  resourceGap(message: string, at?: NotModelled): void {
    this.gap('resourceType', at?.path ?? `Resources.${this.resource.origin.logicalId}`, at?.line, message)
  }

  /** Nothing of the resource has to be reported as unread. */
  understood(): void {
    this.#understood = true
  }

  get isUnderstood(): boolean {
    return this.#understood
  }

  /** Lists the properties that no builder asked for. */
  reportUnread(): void {
    if (this.#understood) return
    const policies = [this.creationPolicy, this.updatePolicy]
    for (const { path, line } of [this.properties, ...policies].flatMap(reader => reader?.unread() ?? [])) {
      this.#list('property', path, line, `${lastKey(path)} is not understood: it has no effect here`)
    }
  }

  #found<K extends NodeKind>(reader: PropertyReader, key: string, value: string, kind: K): NodeId | undefined {
    const found = this.lookUp(value, kind)
    if (!found) {
      const message = `${key} names ${value}, which is not modelled in these stacks; it is left out`
      this.gap('value', reader.pathOf(key), reader.placeOf(key).line, message)
    }
    return found?.id
  }
}

const lastKey = (path: string) => path.slice(path.lastIndexOf('.') + 1)
