import type { NodeId } from '@terrace/model'

/** What is under way with a resource or a stack, as CloudFormation calls it. */
export type StackStatus =
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'CREATE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'

/** The kind of its entries in the journal: the service CloudFormation reads them there. */
export const STACK_EVENT = 'cloudformation.event'

/** One event of a stack. */
export interface StackEvent {
  readonly stack: string
  /** The stack's own name for the events of the stack itself. */
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  readonly status: StackStatus
  readonly reason?: string
}

/** A resource of a template that an update changes, also one that is no node of its own. */
export interface ChangedResource {
  readonly id: NodeId
  readonly stack: string
  readonly logicalId: string
  readonly type: string
  readonly physicalId: string
  readonly action: 'add' | 'modify' | 'remove'
  readonly replacement: 'never' | 'conditionally' | 'always'
}
