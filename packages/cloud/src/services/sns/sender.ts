import type { Principal } from '../../identity/principal.ts'

/** SNS on behalf of a topic, as policies of queues and functions see it. */
export const snsFor = (topicArn: string): Principal => ({
  kind: 'service',
  service: 'sns.amazonaws.com',
  sourceArn: topicArn,
})
