import { createAuthorizer } from '../../identity/authorizer.ts'
import type { RunningService, Service } from '../service.ts'
import { operations, REFUSED } from './operations/index.ts'
import { Router } from './router.ts'
import { Scheduler } from './scheduler.ts'
import { Buses } from './state.ts'
import { makeTemplateRules } from './template-rules.ts'
import { eventUpdates } from './updates.ts'

/** EventBridge: rules that bring events, and moments, to targets. */
export const events: Service = {
  name: 'events',
  emulates: ['eventBus', 'eventBusPolicy', 'eventRule'],
  async start(world): Promise<RunningService> {
    const buses = new Buses(world)
    makeTemplateRules(world, buses)
    const router = new Router(world, buses, createAuthorizer(world))
    const scheduler = new Scheduler(world, buses, router)
    const stopReceiving = world.deliveries.register('events', delivery => router.receive(delivery))
    return {
      api: {
        signingName: 'events',
        protocol: { kind: 'json', version: '1.1', target: 'AWSEvents' },
        operations: operations({ world, buses, router }),
        refused: REFUSED,
      },
      updates: eventUpdates(world, buses),
      async stop() {
        stopReceiving()
        scheduler.stop()
        router.stop()
      },
    }
  },
}
