import { createAuthorizer } from '../../identity/authorizer.ts'
import type { Service } from '../service.ts'
import { KeyAccess } from './access.ts'
import { Keys } from './keys.ts'
import { operations, REFUSED } from './operations/index.ts'
import { kmsPort } from './port.ts'
import { bringUpTemplateKeys } from './template-keys.ts'

/** Keys that never leave it: what other services keep is encrypted with them. */
export const kms: Service = {
  name: 'kms',
  emulates: ['kmsKey', 'kmsAlias'],
  async start(world) {
    const keys = new Keys(world)
    const access = new KeyAccess(keys)
    const authorizer = createAuthorizer(world)
    await bringUpTemplateKeys(keys, world.journal)
    world.ports.provide('kms', kmsPort({ keys, access, authorizer, journal: world.journal }))
    return {
      api: {
        signingName: 'kms',
        protocol: { kind: 'json', version: '1.1', target: 'TrentService' },
        operations: operations({ keys, access, authorizer, random: world.random }),
        refused: REFUSED,
      },
      async stop() {
        keys.stop()
      },
    }
  },
}
