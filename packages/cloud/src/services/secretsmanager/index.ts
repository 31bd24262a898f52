import { createAuthorizer } from '../../identity/authorizer.ts'
import type { RunningService, Service } from '../service.ts'
import { operations } from './operations.ts'
import { secretsOf } from './secrets.ts'
import { SecretsState } from './state.ts'

/** Secrets with versions and stages; those of the template are made once and kept. */
export const secretsmanager: Service = {
  name: 'secretsmanager',
  emulates: ['secret'],
  async start(world): Promise<RunningService> {
    const { architecture, ports } = world
    const state = new SecretsState(world)
    const authorizer = createAuthorizer(world)
    ports.provide('secrets', secretsOf(state, authorizer, architecture))
    return {
      api: {
        signingName: 'secretsmanager',
        protocol: { kind: 'json', version: '1.1', target: 'secretsmanager' },
        operations: operations(state, architecture, authorizer),
      },
      async stop() {},
    }
  },
}
