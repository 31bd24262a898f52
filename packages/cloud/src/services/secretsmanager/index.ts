import { createAuthorizer } from '../../identity/authorizer.ts'
import type { RunningService, Service } from '../service.ts'
import { operations, REFUSED } from './operations/index.ts'
import { Rotations } from './rotation/rotations.ts'
import { secretsOf } from './secrets.ts'
import { SecretsState } from './state.ts'
import { bringUpTemplateSecrets } from './template-secrets.ts'
import { kmsVault } from './vault.ts'

/** Secrets with versions and stages; those of the template are made once and kept. */
export const secretsmanager: Service = {
  name: 'secretsmanager',
  emulates: ['secret'],
  async start(world): Promise<RunningService> {
    const { architecture, ports, secureRandom } = world
    const state = new SecretsState(world, kmsVault(await ports.need('kms')))
    const rotations = new Rotations(state, world)
    rotations.start(bringUpTemplateSecrets(state, world))
    const authorizer = createAuthorizer(world)
    ports.provide('secrets', secretsOf(state, authorizer, architecture))
    return {
      api: {
        signingName: 'secretsmanager',
        protocol: { kind: 'json', version: '1.1', target: 'secretsmanager' },
        operations: operations({ state, rotations, architecture, authorizer, random: secureRandom }),
        refused: REFUSED,
      },
      updates: {
        secret: {
          refuses({ before, after }) {
            if (!after) return 'a secret is deleted with everything that reads it, by terrace reset'
            return before && before.name !== after.name ? 'another name means another secret' : undefined
          },
          async apply({ after }) {
            // The one that a rollback takes back stays, unused: nothing reads it.
            if (after) rotations.start(bringUpTemplateSecrets(state, world))
          },
        },
      },
      async stop() {
        rotations.stop()
        state.stop()
      },
    }
  },
}
