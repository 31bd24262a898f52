import { LOOKED_UP } from '../../update/node-update.ts'
import type { RunningService, Service } from '../service.ts'
import { Directory } from './directory.ts'
import { policyOperations } from './operations/policies.ts'
import { profileOperations } from './operations/profiles.ts'
import { roleOperations } from './operations/roles.ts'
import { simulationOperations } from './operations/simulate.ts'
import { userOperations } from './operations/users.ts'
import { REFUSED } from './refused.ts'

/** What the template says about identities, to be read. */
export const iam: Service = {
  name: 'iam',
  emulates: ['managedPolicy', 'role'],
  async start({ architecture, clock }): Promise<RunningService> {
    const directory = new Directory(architecture, clock.now())
    return {
      api: {
        signingName: 'iam',
        protocol: { kind: 'query', version: '2010-05-08', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
        operations: [
          ...roleOperations(directory),
          ...policyOperations(directory),
          ...profileOperations(directory),
          ...userOperations(directory),
          ...simulationOperations(directory, clock),
        ],
        refused: REFUSED,
      },
      updates: { managedPolicy: LOOKED_UP, role: LOOKED_UP },
      async stop() {},
    }
  },
}
