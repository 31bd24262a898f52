import type { Operation } from '../../../gateway/api.ts'
import type { MoveTasks } from '../move-tasks.ts'
import type { Home } from '../names.ts'
import type { Queues } from '../queues.ts'
import { attributeOperations } from './attributes.ts'
import { moveOperations } from './move.ts'
import { queueOperations } from './queues.ts'
import { receiveOperations } from './receive.ts'
import { sendOperations } from './send.ts'

/** The table of SQS: AWS's shape in, AWS's shape out. What happens is in the files above. */
export function operations(home: Home, queues: Queues, tasks: MoveTasks): readonly Operation[] {
  const context = { home, queues }
  return [
    ...queueOperations(context),
    ...attributeOperations(context),
    ...sendOperations(context),
    ...receiveOperations(context),
    ...moveOperations(context, tasks),
  ]
}
