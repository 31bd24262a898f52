import type { NodeId } from '@terrace/model'
import { Cycle, inOrder } from '../order/in-order.ts'
import type { DescribedResource } from './described-resource.ts'
import { type Difference, differences } from './differences.ts'
import { type Replacement, replacementOf } from './replacement.ts'

/** One resource in which two loads differ. */
export interface ResourceChange {
  readonly id: NodeId
  readonly stack: string
  readonly logicalId: string
  readonly type: string
  readonly physicalId: string
  readonly action: 'add' | 'modify' | 'remove'
  /** Of a modified one: whether AWS makes a new physical resource. */
  readonly replacement: Replacement
  /** Empty for what is added or removed. */
  readonly properties: readonly PropertyChange[]
}

/** A property that differs. Secrets are `****` on both sides. */
export interface PropertyChange extends Difference {
  readonly replacement: Replacement
  /** It is the same text, and names a resource that is replaced, or a new version of it. */
  readonly byReference?: readonly NodeId[]
}

/** What a value is shown as that must not be shown. */
export const HIDDEN = '****'

const SECRET = /(password|secretstring|privatekey|authtoken|passphrase)$/i

/**
 * What differs between two loads of templates, in the order in which CloudFormation would apply it: what is added and
 * modified after what it needs, then what is removed before what it needs.
 *
 * @see CloudFormation User Guide, "Understand update behaviors of stack resources"; CloudFormation API Reference,
 * "ResourceChange" (`Replacement` is `True`, `False` or `Conditional`; `ChangeSource` `ResourceReference`)
 */
export function changeSet(
  before: readonly DescribedResource[],
  after: readonly DescribedResource[],
): readonly ResourceChange[] {
  const old = new Map(before.map(resource => [resource.id, resource]))
  const wanted = new Set(after.map(({ id }) => id))
  const changed = new Map<NodeId, ResourceChange>()
  for (const resource of ordered(after)) {
    const change = changeOf(old.get(resource.id), resource, changed)
    if (change) changed.set(resource.id, change)
  }
  const removed = ordered(before)
    .toReversed()
    .filter(({ id }) => !wanted.has(id))
    .map(
      (resource): ResourceChange => ({ ...headOf(resource), action: 'remove', replacement: 'never', properties: [] }),
    )
  return [...changed.values(), ...removed]
}

function changeOf(
  before: DescribedResource | undefined,
  after: DescribedResource,
  earlier: ReadonlyMap<NodeId, ResourceChange>,
): ResourceChange | undefined {
  if (!before) return { ...headOf(after), action: 'add', replacement: 'never', properties: [] }
  const head = headOf(after)
  // Another type under the same name is another resource.
  if (before.type !== after.type) {
    const properties = [{ path: 'Type', before: before.type, after: after.type, replacement: 'always' as const }]
    return { ...head, action: 'modify', replacement: 'always', properties }
  }
  const direct = differences(before.properties, after.properties).map(
    (difference): PropertyChange => ({
      ...shown(difference, [...before.hidden, ...after.hidden]),
      replacement: replacementOf(after.type, difference.path),
    }),
  )
  const told = new Set(direct.map(({ path }) => topOf(path)))
  const indirect = Object.entries(after.references).flatMap(([property, references]): readonly PropertyChange[] => {
    const byReference = [...new Set(references.filter(reference => isNew(reference, earlier)).map(({ id }) => id))]
    if (told.has(property) || byReference.length === 0) return []
    const value = shown({ path: property, before: before.properties[property] }, after.hidden).before
    return [
      { path: property, before: value, after: value, byReference, replacement: replacementOf(after.type, property) },
    ]
  })
  const properties = [...direct, ...indirect]
  if (properties.length === 0) return undefined
  return { ...head, action: 'modify', replacement: strongest(properties), properties }
}

/** Whether a reference gives another value after these changes, though our ids stay the same. */
function isNew(
  { id, attribute }: { readonly id: NodeId; readonly attribute: boolean },
  earlier: ReadonlyMap<NodeId, ResourceChange>,
): boolean {
  const change = earlier.get(id)
  if (change?.action !== 'modify') return false
  // The only attributes that a group takes of its launch template are its version numbers.
  return change.replacement === 'always' || (attribute && change.type === 'AWS::EC2::LaunchTemplate')
}

const headOf = ({ id, stack, logicalId, type, physicalId }: DescribedResource) => ({
  id,
  stack,
  logicalId,
  type,
  physicalId,
})

const topOf = (path: string) => /^[^.[]*/.exec(path)?.[0] ?? path

function shown(difference: Difference, hidden: readonly string[]): Difference {
  const { path } = difference
  if (!hidden.includes(topOf(path)) && !SECRET.test(path)) return difference
  return {
    path,
    ...('before' in difference ? { before: HIDDEN } : {}),
    ...('after' in difference ? { after: HIDDEN } : {}),
  }
}

function strongest(properties: readonly PropertyChange[]): Replacement {
  const all = properties.map(({ replacement }) => replacement)
  return all.includes('always') ? 'always' : all.includes('conditionally') ? 'conditionally' : 'never'
}

function ordered(resources: readonly DescribedResource[]): readonly DescribedResource[] {
  const byId = new Map(resources.map(resource => [resource.id, resource]))
  try {
    return inOrder(resources, ({ needs }) => needs.flatMap(id => byId.get(id) ?? []))
  } catch (error) {
    // Two loads that were merged by hand may have one; the order of the template is as good as any then.
    if (error instanceof Cycle) return resources
    throw error
  }
}
