import type { NodeId } from '@terrace/model'
import type { Revision } from '../definitions/task-definitions.ts'

/** A place where a task receives requests. */
export interface TaskTarget {
  readonly targetGroup: NodeId
  readonly container: string
  readonly port: number
}

/** What a task is started with. */
export interface TaskRequest {
  readonly cluster: { readonly name: string; readonly arn: string }
  readonly revision: Revision
  readonly targets: readonly TaskTarget[]
  /** `service:<name>` or `family:<name>` */
  readonly group: string
  /** Of a service its deployment. */
  readonly startedBy?: string
  /** Variables in place of those of the definition, by container. */
  readonly environment?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** In place of the definition's, by container. */
  readonly commands?: Readonly<Record<string, readonly string[]>>
  readonly tags?: Readonly<Record<string, string>>
  /** What of the model it belongs to. */
  readonly owner: NodeId
}
