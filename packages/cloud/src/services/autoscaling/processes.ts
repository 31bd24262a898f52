import type { Instant } from '@terrace/kit'

/**
 * The processes of a group that can be suspended.
 * @see Amazon EC2 Auto Scaling User Guide, "Suspend and resume Amazon EC2 Auto Scaling processes"
 */
export const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const

export type ScalingProcess = (typeof PROCESSES)[number]

export const isProcess = (name: string): name is ScalingProcess => PROCESSES.some(process => process === name)

/** Which processes of a group stand still, and why. */
export class SuspendedProcesses {
  readonly #reasons = new Map<ScalingProcess, string>()

  constructor(names: readonly string[], now: Instant) {
    this.suspend(names.filter(isProcess), `User suspended at ${new Date(now).toISOString()}`)
  }

  has(process: ScalingProcess): boolean {
    return this.#reasons.has(process)
  }

  /** A process that is suspended already keeps its first reason. */
  suspend(names: readonly ScalingProcess[], reason: string): void {
    for (const name of names) if (!this.#reasons.has(name)) this.#reasons.set(name, reason)
  }

  resume(names: readonly ScalingProcess[]): void {
    for (const name of names) this.#reasons.delete(name)
  }

  get all(): readonly { readonly process: ScalingProcess; readonly reason: string }[] {
    return [...this.#reasons].map(([process, reason]) => ({ process, reason }))
  }
}
