import type { World } from '../../../world.ts'
import type { AsynchronousEvents } from '../asynchronous/events.ts'
import type { CodeStore } from '../code.ts'
import type { Functions } from '../functions.ts'
import type { Invoker } from '../invoker.ts'
import type { Mappings } from '../queues/mappings.ts'
import type { FunctionRoles } from '../roles.ts'

/** What operations share. */
export interface Lambda {
  readonly world: World
  readonly functions: Functions
  readonly codes: CodeStore
  readonly roles: FunctionRoles
  readonly invoker: Invoker
  readonly events: AsynchronousEvents
  readonly mappings: Mappings
}
