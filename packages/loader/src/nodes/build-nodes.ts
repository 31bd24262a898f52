import type { ArchitectureNode, Dependency, NodeId } from '@terrace/model'
import type { AssetIndex } from '../assembly/asset-index.ts'
import type { Gaps } from '../gaps.ts'
import { inOrder } from '../order/in-order.ts'
import { toPlain } from '../read/template-node.ts'
import { NotModelled } from './build-context.ts'
import { dependenciesOf } from './dependencies.ts'
import { checkDynamicReferences } from './dynamic-references.ts'
import { NodeRegistry } from './node-registry.ts'
import type { PropertyTrace } from './property-trace.ts'
import { providersOf } from './providers.ts'
import { ResourceContext } from './resource-context.ts'
import type { ScopedResource } from './scoped-resource.ts'
import { builderOf } from './table.ts'

/**
 * Turns the resources of all stacks into nodes: first what stands alone, in the order of dependencies, then what is
 * folded into others, in the template's order.
 *
 * @throws TerraceError LOAD_BAD_PROPERTY, LOAD_MISSING_PROPERTY, LOAD_BAD_WORKLOAD, LOAD_BAD_DYNAMIC_REFERENCE
 */
export function buildNodes(
  resources: readonly ScopedResource[],
  assets: AssetIndex,
  gaps: Gaps,
  trace?: PropertyTrace,
): { readonly nodes: readonly ArchitectureNode[]; readonly dependencies: readonly Dependency[] } {
  const registry = new NodeRegistry()
  const providers = providersOf(resources.map(({ resource }) => resource))
  const byId = new Map(resources.map(scoped => [scoped.resource.id, scoped]))
  const contexts: ResourceContext[] = []
  const needed = ({ resource }: ScopedResource) => resource.needs.flatMap(id => byId.get(id) ?? [])
  for (const scoped of inOrder(resources, needed)) {
    const context = new ResourceContext(scoped, registry, assets, gaps, trace)
    contexts.push(context)
    checkDynamicReferences(scoped.resource)
    buildOne(context, providers.has(scoped.resource.id))
  }
  const position = new Map(resources.map(({ resource }, index) => [resource.id, index]))
  contexts.sort((a, b) => (position.get(a.resource.id) ?? 0) - (position.get(b.resource.id) ?? 0))
  for (const context of contexts) foldOne(context)
  for (const context of contexts) context.reportUnread()
  const owner = (id: NodeId) => position.get(id) ?? position.get(id.slice(0, id.lastIndexOf('/'))) ?? 0
  const nodes = [...registry.all()].sort((a, b) => owner(a.id) - owner(b.id))
  return {
    nodes,
    dependencies: dependenciesOf(
      nodes,
      resources.map(({ resource }) => resource),
    ),
  }
}

function buildOne(context: ResourceContext, isProvider: boolean): void {
  const builder = builderOf(context.resource.origin.type)
  if (isProvider || builder?.makes === 'nothing') return context.understood()
  if (!builder) return asOther(context, `${context.resource.origin.type} is not modelled: it has no effect here`)
  if (builder.makes === 'fold') return
  guarded(context, () => {
    if (builder.makes === 'node') context.registry.add(builder.build(context), context.resource)
    else context.registry.addPart(builder.build(context), context.resource)
  })
}

function foldOne(context: ResourceContext): void {
  const builder = builderOf(context.resource.origin.type)
  // What became "other" changes nothing.
  if (!builder || !('fold' in builder) || context.isUnderstood) return
  guarded(context, () => builder.fold?.(context))
}

function guarded(context: ResourceContext, build: () => void): void {
  try {
    build()
  } catch (error) {
    if (!(error instanceof NotModelled)) throw error
    const { type, logicalId } = context.resource.origin
    asOther(context, `${logicalId} (${type}) is not modelled: ${error.message}`, error)
  }
}

function asOther(context: ResourceContext, message: string, at?: NotModelled): void {
  const { resource } = context
  const properties = toPlain(resource.properties) as Readonly<Record<string, unknown>>
  context.registry.add({ ...context.base('other'), properties }, resource)
  context.understood()
  context.resourceGap(message, at)
}
