import type { NodeId } from '@terrace/model'
import type { ResolvedResource } from '../stack/resolved-resource.ts'

/** Custom resources whose work is done natively, so that the functions behind them never run. */
const NATIVE = new Set([
  'Custom::CDKBucketDeployment',
  'Custom::ECRAutoDeleteImages',
  'Custom::LogRetention',
  'Custom::S3AutoDeleteObjects',
  'Custom::VpcRestrictDefaultSG',
])

/**
 * The Lambda functions and layers that only exist to serve custom resources that are understood. They are part of those
 * and no gap.
 */
export function providersOf(resources: readonly ResolvedResource[]): ReadonlySet<NodeId> {
  const named = (value: string, type: string) =>
    resources.find(({ origin, names }) => origin.type === type && names.includes(value))
  const providers = new Set<NodeId>()
  for (const { origin, properties } of resources) {
    const token = properties.entries.get('ServiceToken')
    if (!NATIVE.has(origin.type) || token?.kind !== 'scalar') continue
    const handler = named(token.text, 'AWS::Lambda::Function')
    if (!handler || providers.has(handler.id)) continue
    providers.add(handler.id)
    const layers = handler.properties.entries.get('Layers')
    for (const layer of layers?.kind === 'sequence' ? layers.items : []) {
      const found = layer.kind === 'scalar' ? named(layer.text, 'AWS::Lambda::LayerVersion') : undefined
      if (found) providers.add(found.id)
    }
  }
  return providers
}
