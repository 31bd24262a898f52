import type { Operation } from '../../../gateway/api.ts'
import { batchOperations } from './batches.ts'
import { itemOperations } from './items.ts'
import { policyOperations } from './policies.ts'
import { searchOperations } from './searches.ts'
import { settingsOperations } from './settings.ts'
import type { Surface } from './surface.ts'
import { tableOperations } from './tables.ts'

/** Every operation of DynamoDB that is carried out. */
export const operations = (surface: Surface): readonly Operation[] => [
  ...tableOperations(surface),
  ...itemOperations(surface),
  ...searchOperations(surface),
  ...batchOperations(surface),
  ...settingsOperations(surface),
  ...policyOperations(surface),
]

const NO_TRANSACTIONS = 'there are no transactions here; write single items with a ConditionExpression'
const NO_PARTIQL = 'there is no PartiQL here; use GetItem, PutItem, UpdateItem, DeleteItem, Query and Scan'
const NO_BACKUPS = 'there are no backups here; the folder of the system below .terrace can be copied while it is down'
const NO_REPLICAS = 'there is one region here'

/** Operations that are refused: name → why, and what to do instead. */
export const REFUSED: Readonly<Record<string, string>> = {
  TransactGetItems: NO_TRANSACTIONS,
  TransactWriteItems: NO_TRANSACTIONS,
  BatchExecuteStatement: NO_PARTIQL,
  ExecuteStatement: NO_PARTIQL,
  ExecuteTransaction: NO_PARTIQL,
  CreateBackup: NO_BACKUPS,
  DeleteBackup: NO_BACKUPS,
  DescribeBackup: NO_BACKUPS,
  ListBackups: NO_BACKUPS,
  RestoreTableFromBackup: NO_BACKUPS,
  RestoreTableToPointInTime: NO_BACKUPS,
  UpdateContinuousBackups: NO_BACKUPS,
  ExportTableToPointInTime: NO_BACKUPS,
  CreateGlobalTable: NO_REPLICAS,
  DescribeGlobalTable: NO_REPLICAS,
  ListGlobalTables: NO_REPLICAS,
  UpdateGlobalTable: NO_REPLICAS,
  EnableKinesisStreamingDestination: 'there are no streams of changes here',
}
