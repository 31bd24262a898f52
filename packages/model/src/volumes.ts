import type { BaseNode, Zone } from './node.ts'

/** A volume of EBS that the template makes by itself: it survives the instances it is attached to. */
export interface Volume extends BaseNode<'volume'> {
  readonly zone: Zone
  /** GiB; absent: that of the snapshot it is made from. */
  readonly size?: number
  /** `gp2` when the template says none. */
  readonly type: string
  readonly encrypted: boolean
}
