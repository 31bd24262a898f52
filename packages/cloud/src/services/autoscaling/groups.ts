import type { NodeId } from '@terrace/model'
import type { RunningGroup } from './group.ts'

/** The running Auto Scaling groups; the port `groups`. */
export interface Groups {
  readonly all: readonly RunningGroup[]
  of(node: NodeId): RunningGroup | undefined
}
