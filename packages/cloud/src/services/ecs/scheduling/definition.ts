import type { NodeId } from '@terrace/model'
import type { Alarms, TargetGroups } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { Revision } from '../definitions/task-definitions.ts'
import type { Names } from '../names.ts'
import type { TaskBook } from '../tasks/task-book.ts'
import type { ServiceConfiguration } from './configuration.ts'
import type { Placement } from './deployment.ts'

/** What a service works with. */
export interface ServiceSurroundings {
  readonly world: World
  readonly names: Names
  readonly tasks: TaskBook
  readonly targetGroups: TargetGroups
  /** Once CloudWatch runs. */
  readonly alarms: () => Alarms | undefined
}

/** What a service is made from. */
export interface ServiceDefinition {
  /** Of the template; absent when it was made by the API. */
  readonly node?: NodeId
  readonly name: string
  readonly arn: string
  readonly cluster: { readonly name: string; readonly arn: string; readonly node?: NodeId }
  readonly configuration: ServiceConfiguration
  readonly revision: Revision
  readonly placement: Placement
  readonly tags?: Readonly<Record<string, string>>
}
