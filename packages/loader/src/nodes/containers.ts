import type { Cluster, Repository } from '@terrace/model'
import { type BuilderTable, node, part } from './build-context.ts'
import { otherProviders, strategyOf } from './capacity-providers.ts'
import { policyDocumentOf } from './policy-document.ts'

/** Repositories of ECR, and clusters of ECS. */
export const containers: BuilderTable = {
  'AWS::ECR::Repository': node((context): Repository => {
    const { properties, resource } = context
    properties.readElsewhere('RepositoryName')
    const because = 'nobody pushes images here'
    properties.withoutEffect({
      EmptyOnDelete: because,
      EncryptionConfiguration: because,
      ImageScanningConfiguration: because,
      ImageTagMutability: because,
      ImageTagMutabilityExclusionFilters: because,
      LifecyclePolicy: because,
    })
    const key = 'RepositoryPolicyText'
    return {
      ...context.base('repository'),
      name: resource.physicalId,
      arn: context.attribute('Arn'),
      uri: context.attribute('RepositoryUri'),
      ...(properties.has(key) ? { policy: policyDocumentOf(properties, key) } : {}),
    }
  }),
  'AWS::ECS::Cluster': node(
    (context): Cluster => {
      const { properties, resource } = context
      properties.readElsewhere('ClusterName')
      const insights = properties.objects('ClusterSettings').find(item => item.text('Name') === 'containerInsights')
      otherProviders(context, properties.texts('CapacityProviders'), 'CapacityProviders')
      return {
        ...context.base('cluster'),
        name: resource.physicalId,
        arn: context.attribute('Arn'),
        containerInsights: (insights?.text('Value') ?? 'disabled') !== 'disabled',
        defaultCapacityProviders: strategyOf(properties, 'DefaultCapacityProviderStrategy'),
      }
    },
    context => {
      const { id, physicalId } = context.resource
      const beside = context.part(physicalId, 'capacityProviders')?.defaults ?? []
      if (beside.length === 0) return
      context.update(id, 'cluster', old => ({ ...old, defaultCapacityProviders: beside }))
    },
  ),
  'AWS::ECS::ClusterCapacityProviderAssociations': part(context => {
    const { properties } = context
    properties.readElsewhere('Cluster')
    otherProviders(context, properties.texts('CapacityProviders'), 'CapacityProviders')
    return { kind: 'capacityProviders', defaults: strategyOf(properties, 'DefaultCapacityProviderStrategy') }
  }),
}
