import type { RunningService, Service } from '../service.ts'
import { operations } from './operations.ts'

/** Who am I, and who may I become. */
export const sts: Service = {
  name: 'sts',
  emulates: [],
  async start(world): Promise<RunningService> {
    return {
      api: {
        signingName: 'sts',
        protocol: { kind: 'query', version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
        operations: operations(world),
      },
      async stop() {},
    }
  },
}
