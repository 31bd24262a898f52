import type { Service } from '../service.ts'
import { operations } from './operations.ts'
import { Greetings } from './state.ts'

/** Greetings by name. */
export const helloService: Service = {
  name: 'hello',
  emulates: [],
  async start(world) {
    return {
      api: {
        signingName: 'hello',
        protocol: { kind: 'json', version: '1.1', target: 'Hello_20261122' },
        operations: operations(new Greetings(world)),
      },
      async stop() {},
    }
  },
}
