import { createAuthorizer } from '../../identity/authorizer.ts'
import type { RunningService, Service } from '../service.ts'
import { reportMetrics } from './metrics.ts'
import { MoveTasks } from './move-tasks.ts'
import { operations } from './operations/index.ts'
import { deliverTo, queuesPort } from './queue-port.ts'
import { Queues } from './queues.ts'
import { makeTemplateQueues } from './template-queues.ts'

export type { QueueMessage, QueuesPort, QueueView } from './queue-port.ts'

/** Queues, standard and FIFO. */
export const sqs: Service = {
  name: 'sqs',
  emulates: ['queue'],
  async start(world): Promise<RunningService> {
    const { architecture, deliveries, ports } = world
    const queues = new Queues(world)
    makeTemplateQueues(architecture, queues)
    const tasks = new MoveTasks(world, queues)
    const port = queuesPort(world, queues, createAuthorizer(world))
    ports.provide('queues', port)
    const stops = [deliveries.register('sqs', deliverTo(port)), reportMetrics(world, queues)]
    return {
      api: {
        signingName: 'sqs',
        protocols: [
          { kind: 'json', version: '1.0', target: 'AmazonSQS' },
          { kind: 'query', version: '2012-11-05', namespace: 'http://queue.amazonaws.com/doc/2012-11-05/' },
        ],
        operations: operations(architecture, queues, tasks),
      },
      updates: {
        queue: {
          refuses({ before, after }) {
            const isOther = before && after && (before.name !== after.name || !before.fifo !== !after.fifo)
            return isOther ? 'another name or kind means another queue' : undefined
          },
          async apply({ before, after }) {
            const gone = after ? undefined : before && queues.find(before.name)
            if (gone) queues.delete(gone)
            else makeTemplateQueues(architecture, queues)
          },
        },
      },
      async stop() {
        for (const stop of stops) stop()
        tasks.stop()
        queues.close()
      },
    }
  },
}
