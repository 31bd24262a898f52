import type { Operation } from '../../../gateway/api.ts'
import { policyOperations } from './policies.ts'
import { rotationOperations } from './rotation.ts'
import { secretOperations } from './secrets.ts'
import type { SecretsContext } from './shapes.ts'
import { valueOperations } from './values.ts'

/** The table of Secrets Manager. @see Secrets Manager API Reference, version 2017-10-17 */
export const operations = (context: SecretsContext): readonly Operation[] => [
  ...secretOperations(context),
  ...valueOperations(context),
  ...policyOperations(context),
  ...rotationOperations(context),
]

const REGIONS = 'there is one region here'

/** What is refused for a reason. */
export const REFUSED: Readonly<Record<string, string>> = {
  RemoveRegionsFromReplication: REGIONS,
  ReplicateSecretToRegions: REGIONS,
  StopReplicationToReplica: REGIONS,
}
