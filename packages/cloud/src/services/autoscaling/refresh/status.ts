/** @see Amazon EC2 Auto Scaling API Reference, "InstanceRefresh" */
export type RefreshStatus =
  | 'Pending'
  | 'InProgress'
  | 'Successful'
  | 'Failed'
  | 'Cancelling'
  | 'Cancelled'
  | 'RollbackInProgress'
  | 'RollbackSuccessful'
  | 'RollbackFailed'
  | 'Baking'

/** Those that a refresh doesn't leave. */
export const ENDED: ReadonlySet<RefreshStatus> = new Set([
  'Successful',
  'Failed',
  'Cancelled',
  'RollbackSuccessful',
  'RollbackFailed',
])

/** How its events on the bus are called, where it isn't as the status is. */
export const EVENTS: Readonly<Partial<Record<RefreshStatus, string>>> = {
  Successful: 'Succeeded',
  RollbackSuccessful: 'Rollback Succeeded',
  RollbackFailed: 'Rollback Failed',
}
