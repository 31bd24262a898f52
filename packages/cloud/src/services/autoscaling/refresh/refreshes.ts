import { ActiveInstanceRefreshNotFound, InstanceRefreshInProgress, IrreversibleInstanceRefresh } from '../errors.ts'
import type { GroupState } from '../group-state.ts'
import { type DesiredConfiguration, InstanceRefresh, type RefreshParts } from './instance-refresh.ts'
import { type RefreshPreferences, withDefaults } from './preferences.ts'

/** The instance refreshes of a group, the newest first; one at a time. */
export class Refreshes {
  readonly #state: GroupState
  readonly #parts: RefreshParts
  readonly #all: InstanceRefresh[] = []

  constructor(state: GroupState, parts: RefreshParts) {
    this.#state = state
    this.#parts = parts
  }

  get all(): readonly InstanceRefresh[] {
    return this.#all
  }

  /** @throws InstanceRefreshInProgress */
  start(given: Partial<RefreshPreferences>, desired?: DesiredConfiguration): InstanceRefresh {
    if (this.#active) throw new InstanceRefreshInProgress()
    const preferences = withDefaults(given, this.#state.definition)
    const refresh = new InstanceRefresh(this.#state, this.#parts, preferences, desired)
    this.#all.unshift(refresh)
    refresh.begin()
    return refresh
  }

  /** @throws ActiveInstanceRefreshNotFound */
  cancel(): InstanceRefresh {
    const refresh = this.#need()
    refresh.cancel()
    return refresh
  }

  /** @throws ActiveInstanceRefreshNotFound, IrreversibleInstanceRefresh */
  rollBack(): InstanceRefresh {
    const refresh = this.#need()
    if (!refresh.desired) throw new IrreversibleInstanceRefresh()
    refresh.rollBack('Rollback due to user request.')
    return refresh
  }

  /** Goes on with the one under way. */
  step(): void {
    this.#active?.step()
  }

  stop(): void {
    for (const refresh of this.#all) refresh.stop()
  }

  get #active(): InstanceRefresh | undefined {
    return this.#all.find(({ ended }) => !ended)
  }

  #need(): InstanceRefresh {
    const refresh = this.#active
    if (refresh) return refresh
    throw new ActiveInstanceRefreshNotFound(this.#state.definition.name)
  }
}
