import type { RunningService, Service } from '../service.ts'
import { operations } from './operations.ts'
import { ParametersState } from './state.ts'

/** Parameter Store. */
export const ssm: Service = {
  name: 'ssm',
  emulates: ['parameter'],
  async start(world): Promise<RunningService> {
    return {
      api: {
        signingName: 'ssm',
        protocol: { kind: 'json', version: '1.1', target: 'AmazonSSM' },
        operations: operations(new ParametersState(world)),
      },
      async stop() {},
    }
  },
}
