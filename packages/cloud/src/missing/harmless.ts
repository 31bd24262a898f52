const DATABASE = 'AWS::RDS::DBInstance'
const DISTRIBUTION = 'AWS::CloudFront::Distribution'
const TASK = 'AWS::ECS::TaskDefinition'

/** What is in the model, has no effect here, and why that is harmless. */
export const HARMLESS: readonly { readonly properties: readonly string[]; readonly because: string }[] = [
  {
    // The field `evaluateTargetHealth`.
    properties: [
      'AWS::Route53::RecordSet AliasTarget.EvaluateTargetHealth',
      'AWS::Route53::RecordSetGroup RecordSets[].AliasTarget.EvaluateTargetHealth',
    ],
    because: 'with one record for a name Route 53 answers with it, healthy or not',
  },
  {
    // The field `ipv6`; `nameServers` is there for templates that refer to it.
    properties: [`${DISTRIBUTION} DistributionConfig.IPV6Enabled`],
    because: 'clients on this machine come by IPv4',
  },
  {
    properties: ['Comment', 'PriceClass', 'HttpVersion'].map(key => `${DISTRIBUTION} DistributionConfig.${key}`),
    because: 'it is told by GetDistribution; there is one edge location, and an answer is the same in every version',
  },
  {
    // The field `defaultCapacityProviders`: the loader has refused what isn't Fargate.
    properties: [
      'AWS::ECS::Cluster CapacityProviders',
      'AWS::ECS::Cluster DefaultCapacityProviderStrategy[].CapacityProvider',
      'AWS::ECS::ClusterCapacityProviderAssociations CapacityProviders',
      'AWS::ECS::ClusterCapacityProviderAssociations DefaultCapacityProviderStrategy[].CapacityProvider',
      'AWS::ECS::Service CapacityProviderStrategy[].CapacityProvider',
    ],
    because: 'Fargate is the only one here, others are listed',
  },
  {
    properties: [
      'AWS::AutoScaling::ScalingPolicy MetricAggregationType',
      'AWS::ApplicationAutoScaling::ScalingPolicy StepScalingPolicyConfiguration.MetricAggregationType',
    ],
    because: 'the alarm has aggregated the metric already',
  },
  {
    properties: [`${TASK} ContainerDefinitions[].Cpu`, `${TASK} ContainerDefinitions[].MemoryReservation`],
    because: 'it is told by DescribeTasks; the processor and the memory are those of this machine',
  },
  {
    properties: [`${DATABASE} EngineVersion`],
    because:
      'the server is the one of this machine, which an application in the common dialect cannot tell from another',
  },
  {
    properties: [`${DATABASE} StorageEncrypted`],
    because: 'data lies on this machine, protected by file permissions',
  },
  {
    properties: [`${DATABASE} Iops`, `${DATABASE} StorageType`, `${DATABASE} AllocatedStorage`],
    because: 'it is told by DescribeDBInstances; the disk is the one of this machine',
  },
]
