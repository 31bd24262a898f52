import type { Service } from '../service.ts'
import { operations } from './operations.ts'
import { Registry } from './state.ts'

/** The registry that images are pulled from. */
export const ecr: Service = {
  name: 'ecr',
  emulates: ['repository'],
  async start(world) {
    const registry = new Registry(world.architecture, world.clock.now())
    return {
      api: {
        signingName: 'ecr',
        hostNames: ['api.ecr'],
        protocol: { kind: 'json', version: '1.1', target: 'AmazonEC2ContainerRegistry_V20150921' },
        operations: operations(world, registry),
        invalidInput: 'InvalidParameterException',
      },
      async stop() {},
    }
  },
}
