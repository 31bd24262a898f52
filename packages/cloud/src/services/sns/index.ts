import { createAuthorizer } from '../../identity/authorizer.ts'
import type { RunningService, Service } from '../service.ts'
import { linksIn } from './links.ts'
import { NAMESPACE } from './namespace.ts'
import { openLinks } from './open-links.ts'
import { operations, REFUSED } from './operations/index.ts'
import { Publisher } from './publisher.ts'
import { Signer } from './signing.ts'
import { Store } from './store.ts'
import { Subscriptions } from './subscriptions.ts'
import { bringUpTemplate } from './template.ts'
import { Topics } from './topics.ts'

/** Topics, and whoever has subscribed to them. */
export const sns: Service = {
  name: 'sns',
  emulates: ['topic', 'subscription'],
  async start(world): Promise<RunningService> {
    const { architecture, clock, deliveries, folders, secureRandom } = world
    const store = new Store(folders.data)
    const topics = new Topics(architecture, store)
    const subscriptions = new Subscriptions({ home: architecture, clock, secureRandom }, store, topics)
    const signer = new Signer(world)
    const authorizer = createAuthorizer(world)
    const press = { signer, linksFor: linksIn(world) }
    const publisher = new Publisher({ world, topics, subscriptions, authorizer, press })
    try {
      bringUpTemplate({ world, topics, subscriptions, publisher })
      publisher.resume()
    } catch (error) {
      publisher.stop()
      throw error
    }
    const unregister = deliveries.register('sns', delivery => publisher.take(delivery))
    return {
      api: {
        signingName: 'sns',
        // Its maps of message attributes say Name and Value: as lists, they come in whole.
        protocol: { kind: 'query', version: '2010-03-31', namespace: NAMESPACE, itemNames: ['entry'] },
        operations: operations({ home: architecture, topics, subscriptions, publisher, authorizer, world }),
        refused: REFUSED,
        open: openLinks({ world, subscriptions, publisher, signer }),
      },
      updates: {
        topic: {
          refuses: ({ before, after }) =>
            before && after && (before.arn !== after.arn || !before.fifo !== !after.fifo)
              ? 'another name or kind means another topic'
              : undefined,
          apply: async () => bringUpTemplate({ world, topics, subscriptions, publisher }),
        },
        subscription: { apply: async () => bringUpTemplate({ world, topics, subscriptions, publisher }) },
      },
      async stop() {
        unregister()
        publisher.stop()
      },
    }
  },
}
