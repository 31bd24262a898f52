import { hours } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { RunningService, Service } from '../service.ts'
import { operations } from './operations/index.ts'
import { LogsState } from './state.ts'

/** How often retention takes away what is old; AWS takes up to three days. */
const EXPIRY_INTERVAL = hours(1)

/** Log groups. */
export const logs: Service = {
  name: 'logs',
  emulates: ['logGroup'],
  async start(world): Promise<RunningService> {
    const state = new LogsState(world)
    for (const group of nodesOf(world.architecture, 'logGroup')) state.adopt(group)
    state.expire()
    world.ports.provide('logGroups', state)
    const stop = world.clock.every(EXPIRY_INTERVAL, () => state.expire())
    return {
      api: {
        signingName: 'logs',
        protocol: { kind: 'json', version: '1.1', target: 'Logs_20140328' },
        operations: operations(state, world),
      },
      async stop() {
        stop()
        state.close()
      },
    }
  },
}
