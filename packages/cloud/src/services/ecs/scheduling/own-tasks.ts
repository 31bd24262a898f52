import type { NodeId } from '@terrace/model'
import { isLive, type Task } from '../tasks/task.ts'
import type { TaskBook } from '../tasks/task-book.ts'
import type { ServiceDefinition } from './definition.ts'

/** The tasks of one service, out of all there are. */
export class OwnTasks {
  readonly #book: TaskBook
  readonly #service: Pick<ServiceDefinition, 'name' | 'cluster'>

  constructor(book: TaskBook, service: Pick<ServiceDefinition, 'name' | 'cluster'>) {
    this.#book = book
    this.#service = service
  }

  /** Those that stopped a while ago, too. */
  get all(): readonly Task[] {
    return this.#book.all.filter(task => this.has(task))
  }

  /** Those that count: starting or running, and not asked to stop. */
  get live(): readonly Task[] {
    return this.all.filter(isLive)
  }

  /** Those that still answer, or for whom something is under way. */
  get unfinished(): readonly Task[] {
    return this.all.filter(({ lastStatus }) => STILL_HERE.has(lastStatus))
  }

  has({ request }: Task): boolean {
    const { cluster, name } = this.#service
    return request.group === `service:${name}` && request.cluster.arn === cluster.arn
  }

  /** Whether one of them is that target. */
  isAt(group: NodeId, address: string): boolean {
    return this.all.some(
      ({ request, networkInterface }) =>
        networkInterface.address === address && request.targets.some(({ targetGroup }) => targetGroup === group),
    )
  }
}

const STILL_HERE: ReadonlySet<string> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING', 'DEACTIVATING'])
