import type { AgentConfiguration } from '@terrace/constructs'

/** What EC2 itself doesn't measure, memory and disk, each minute and for the group as a whole. @param namespace of the metrics */
export const agent = (namespace: string): AgentConfiguration => ({
  agent: { metrics_collection_interval: 60 },
  metrics: {
    namespace,
    append_dimensions: { AutoScalingGroupName: '${aws:AutoScalingGroupName}' },
    aggregation_dimensions: [['AutoScalingGroupName']],
    metrics_collected: {
      mem: { measurement: ['used_percent'] },
      disk: { measurement: ['used_percent'], resources: ['/'], drop_device: true },
    },
  },
})
