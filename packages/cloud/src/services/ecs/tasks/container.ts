import type { Clock, Duration, Instant, Stop } from '@terrace/kit'
import type { ContainerDefinition } from '@terrace/model'
import type { Exit } from '../../../processes/supervisor.ts'
import type { HostedProcess } from '../../../workload/host.ts'
import type { HealthStatus } from './status.ts'

/** What of a container others may wait for. */
export type Condition = ContainerDefinition['dependsOn'][number]['condition']

/** What its processes have used since they started, and use now. */
export interface ContainerUsage {
  readonly at: Instant
  readonly cpuSeconds: number
  readonly residentBytes: number
}

/** One container of a task, from its definition to its end. */
export class TaskContainer {
  readonly definition: ContainerDefinition
  readonly arn: string
  readonly runtimeId: string
  status: 'PENDING' | 'RUNNING' | 'STOPPED' = 'PENDING'
  /** Of its check; `UNKNOWN` without one. */
  health: HealthStatus = 'UNKNOWN'
  /** Its check, when it has one that can't be carried out here, counts as none. */
  checked: boolean
  exitCode: number | undefined
  reason: string | undefined
  createdAt: Instant | undefined
  startedAt: Instant | undefined
  finishedAt: Instant | undefined
  process: HostedProcess | undefined
  /** As it was measured last. */
  usage: ContainerUsage | undefined
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()

  constructor(
    definition: ContainerDefinition,
    names: { readonly arn: string; readonly runtimeId: string },
    clock: Clock,
  ) {
    this.definition = definition
    this.arn = names.arn
    this.runtimeId = names.runtimeId
    this.checked = definition.healthCheck !== undefined
    this.#clock = clock
  }

  get name(): string {
    return this.definition.name
  }

  started(process: HostedProcess): void {
    this.process = process
    this.createdAt = this.#clock.now()
    this.startedAt = this.#clock.now()
    this.#change('RUNNING')
  }

  /** @see ECS Developer Guide, exit codes: 128 and the number of the signal */
  ended({ code, signal }: Exit): void {
    if (this.status === 'STOPPED') return
    this.exitCode = code ?? 128 + (SIGNALS[signal ?? 'SIGKILL'] ?? 9)
    this.finishedAt = this.#clock.now()
    this.#change('STOPPED')
  }

  /** It never ran, or nobody knows how it ended. */
  neverEnded(reason?: string): void {
    if (this.status === 'STOPPED') return
    this.reason = reason
    this.#change('STOPPED')
  }

  checkedNow(health: HealthStatus): void {
    if (this.health === health || this.status === 'STOPPED') return
    this.health = health
    this.#tell()
  }

  onChange(listener: () => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Resolves when it has come so far that another one may start; rejects with the sentence that says why it never will.
   * @param within  its start time-out; absent: as long as it takes
   */
  async reached(
    condition: Condition,
    dependent: string,
    within: Duration | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const failed = (why: string) =>
      reject(
        new Error(
          `dependency graph: failed to resolve container ordering dependency [${this.name}] for target [${dependent}] ${why}`,
        ),
      )
    const look = () => {
      const answer = this.#answers(condition)
      if (answer === 'yes') resolve()
      if (answer === 'never') failed('as dependency did not exit successfully.')
    }
    const aborted = () => reject(signal.reason)
    const stops = [
      this.onChange(look),
      within === undefined ? () => {} : this.#clock.after(within, () => failed('as its start timed out.')),
    ]
    signal.addEventListener('abort', aborted, { once: true })
    look()
    try {
      await promise
    } finally {
      for (const stop of stops) stop()
      signal.removeEventListener('abort', aborted)
    }
  }

  #answers(condition: Condition): 'yes' | 'never' | 'wait' {
    const { status } = this
    switch (condition) {
      case 'START':
        return status === 'PENDING' ? 'wait' : 'yes'
      case 'COMPLETE':
        return status === 'STOPPED' ? 'yes' : 'wait'
      case 'SUCCESS':
        if (status !== 'STOPPED') return 'wait'
        return this.exitCode === 0 ? 'yes' : 'never'
      case 'HEALTHY':
        if (status === 'STOPPED') return 'never'
        if (status === 'PENDING') return 'wait'
        return this.health === 'HEALTHY' || !this.checked ? 'yes' : 'wait'
    }
  }

  #change(status: TaskContainer['status']): void {
    this.status = status
    this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
}
