import type { NodeId } from '@terrace/model'
import { referencesIn } from '../order/references-in.ts'
import type { TemplateNode } from '../read/template-node.ts'
import { toPlain } from '../read/template-node.ts'
import type { ResolvedResource } from '../stack/resolved-resource.ts'
import type { Template } from '../template/sections.ts'

/** A resource as two loads are compared by: plain values, which can be kept in a file. */
export interface DescribedResource {
  readonly id: NodeId
  readonly stack: string
  readonly logicalId: string
  /** CloudFormation type. */
  readonly type: string
  readonly physicalId: string
  /** Resolved. */
  readonly properties: Readonly<Record<string, unknown>>
  /** The resources that each property names, and whether by an attribute: a replaced one changes the property, too. */
  readonly references: Readonly<Record<string, readonly { readonly id: NodeId; readonly attribute: boolean }[]>>
  /** Properties that hold what must not be shown, such as the value of a `NoEcho` parameter. */
  readonly hidden: readonly string[]
  /** What it needs first. */
  readonly needs: readonly NodeId[]
}

/** Describes one resource of a template. */
export function describeResource(resource: ResolvedResource, template: Template | undefined): DescribedResource {
  const { id, origin, physicalId, properties, needs } = resource
  const { stack, logicalId, type } = origin
  const written = template?.resources.get(logicalId)?.properties?.entries ?? new Map<string, TemplateNode>()
  const secret = new Set(
    [...(template?.parameters ?? [])].flatMap(([name, { entries }]) => (isTrue(entries.get('NoEcho')) ? [name] : [])),
  )
  const references: Record<string, { readonly id: NodeId; readonly attribute: boolean }[]> = {}
  const hidden: string[] = []
  for (const [property, node] of written) {
    const found = referencesIn(node)
    if (found.some(({ name }) => secret.has(name))) hidden.push(property)
    const others = found.filter(({ name }) => template?.resources.has(name))
    if (others.length > 0) {
      references[property] = others.map(({ name, by }) => ({ id: `${stack}/${name}`, attribute: by !== 'Ref' }))
    }
  }
  return {
    id,
    stack,
    logicalId,
    type,
    physicalId,
    properties: toPlain(properties) as Record<string, unknown>,
    references,
    hidden,
    needs,
  }
}

const isTrue = (node: TemplateNode | undefined) => node?.kind === 'scalar' && node.text.toLowerCase() === 'true'
