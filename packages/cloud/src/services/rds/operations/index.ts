import type { OperationsApi } from '../../../gateway/api.ts'
import { describeDbInstanceAutomatedBackups } from './automated-backups.ts'
import { instanceOperations } from './instances.ts'
import { otherOperations } from './others.ts'
import { parameterGroupOperations } from './parameter-groups.ts'
import { restoreOperations } from './restores.ts'
import { snapshotOperations } from './snapshots.ts'
import type { RdsView } from './view.ts'

/** RDS over its Query protocol, version 2014-10-31. */
export const rdsApi = (view: RdsView): OperationsApi => ({
  signingName: 'rds',
  protocol: {
    kind: 'query',
    version: '2014-10-31',
    namespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    itemNames: ['EventCategory', 'Filter', 'Parameter', 'Tag', 'Value', 'VpcSecurityGroupId'],
  },
  operations: [
    ...instanceOperations(view),
    ...snapshotOperations(view),
    ...restoreOperations(view),
    describeDbInstanceAutomatedBackups(view),
    ...parameterGroupOperations(view),
    ...otherOperations(view),
  ],
})
