import type { RunningService, Service } from '../service.ts'
import { operations } from './operations.ts'

/** Who am I. */
export const sts: Service = {
  name: 'sts',
  emulates: [],
  async start({ architecture }): Promise<RunningService> {
    return {
      api: {
        signingName: 'sts',
        protocol: { kind: 'query', version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
        operations: operations(architecture.account),
      },
      async stop() {},
    }
  },
}
