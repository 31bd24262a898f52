/** What was said or counted about each task of a service already, so that it happens once. */
export class TaskMarks {
  readonly #marks = new Map<string, Set<Mark>>()

  /** @returns whether it was new */
  set(task: string, mark: Mark): boolean {
    const marks = this.#marks.get(task) ?? new Set()
    this.#marks.set(task, marks)
    if (marks.has(mark)) return false
    marks.add(mark)
    return true
  }

  has(task: string, mark: Mark): boolean {
    return this.#marks.get(task)?.has(mark) ?? false
  }

  /** The task is gone. */
  forget(task: string): void {
    this.#marks.delete(task)
  }
}

/** It has run, counted as healthy, turned unhealthy, left its target groups, was asked to end. */
type Mark = 'ran' | 'well' | 'unhealthy' | 'deactivating' | 'ending'
