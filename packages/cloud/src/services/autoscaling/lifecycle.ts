import { TerraceError } from '@terrace/kit'

/**
 * The states of an instance in its group.
 * @see Amazon EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle"
 */
export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'EnteringStandby'
  | 'Standby'
  | 'Detaching'
  | 'Detached'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'
  | 'Terminated'

/**
 * Which state may follow which. Source: the diagram of "Amazon EC2 Auto Scaling instance lifecycle"; an instance whose
 * launch was abandoned goes from `Pending:Wait` to `Terminating`, and an attached one starts at `Pending`.
 */
export const FOLLOWING: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  Pending: ['Pending:Wait', 'InService', 'Terminating'],
  'Pending:Wait': ['Pending:Proceed', 'Terminating'],
  'Pending:Proceed': ['InService', 'Terminating'],
  InService: ['EnteringStandby', 'Detaching', 'Terminating'],
  EnteringStandby: ['Standby', 'Terminating'],
  Standby: ['Pending', 'Detaching', 'Terminating'],
  Detaching: ['Detached'],
  Detached: [],
  Terminating: ['Terminating:Wait', 'Terminated'],
  'Terminating:Wait': ['Terminating:Proceed'],
  'Terminating:Proceed': ['Terminated'],
  Terminated: [],
}

/** Whether an instance in that state is on its way to service. */
export const isPending = (state: LifecycleState): boolean => state.startsWith('Pending')

/** Whether an instance in that state is on its way out. */
export const isTerminating = (state: LifecycleState): boolean => state.startsWith('Terminating')

/** Whether an instance in that state counts for the desired capacity. */
export const countsForCapacity = (state: LifecycleState): boolean => isPending(state) || state === 'InService'

/**
 * Where an instance in that state is going, as the metadata service tells it.
 * @see Amazon EC2 Auto Scaling User Guide, "Retrieve the target lifecycle state through instance metadata"
 */
export function targetState(state: LifecycleState): string {
  if (isTerminating(state) || state === 'Terminated') return 'Terminated'
  if (state === 'EnteringStandby' || state === 'Standby') return 'Standby'
  return state === 'Detaching' || state === 'Detached' ? 'Detached' : 'InService'
}

/** @throws TerraceError AUTOSCALING_TRANSITION, blame internal, when the diagram has no such arrow */
export function checkTransition(id: string, from: LifecycleState, to: LifecycleState): void {
  if (FOLLOWING[from].includes(to)) return
  throw new TerraceError('AUTOSCALING_TRANSITION', `instance ${id} cannot go from ${from} to ${to}`, {
    blame: 'internal',
  })
}
