import type { OperationsApi } from '../../../gateway/api.ts'
import { instanceOperations } from './instances.ts'
import { otherOperations } from './others.ts'
import { snapshotOperations } from './snapshots.ts'
import type { RdsView } from './view.ts'

/** RDS over its Query protocol, version 2014-10-31. */
export const rdsApi = (view: RdsView): OperationsApi => ({
  signingName: 'rds',
  protocol: {
    kind: 'query',
    version: '2014-10-31',
    namespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    itemNames: ['EventCategory', 'Tag', 'VpcSecurityGroupId'],
  },
  operations: [...instanceOperations(view), ...snapshotOperations(view), ...otherOperations(view)],
})
