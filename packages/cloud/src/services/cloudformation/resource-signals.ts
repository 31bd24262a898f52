import type { Stop } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { Caller } from '../../identity/authorizer.ts'

/** How something went, as `cfn-signal` tells it. */
export interface ResourceSignal {
  /** Name or ARN of the stack; by default that of `from`. */
  readonly stack?: string
  /** Logical id; by default that of `from`. */
  readonly resource?: string
  /** Who tells: an instance tells its id. */
  readonly uniqueId: string
  readonly status: 'SUCCESS' | 'FAILURE'
  /** The resource that the teller belongs to. */
  readonly from: NodeId
  /** Who needs the permission for it; `cfn-signal` needs none on an instance of the stack. */
  readonly caller?: Caller
  /** Why it failed, in one line for people. */
  readonly because?: string
}

/** A resource whose creation waits for signals, and how far it is. */
export interface Creation {
  readonly node: NodeId
  readonly status: 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE' | 'CREATE_FAILED'
  /** Why it failed, in CloudFormation's words. */
  readonly reason: string | undefined
}

/** The signals that creations wait for, by `CreationPolicy`; the port `resourceSignals`. */
export interface ResourceSignals {
  /** @throws AwsError in AWS's words when nothing waits for it */
  send(signal: ResourceSignal): void
  /** A signal that could not be sent: it is named when the time is over. */
  lost(signal: Pick<ResourceSignal, 'uniqueId' | 'from'>, because: string): void
  /** While a resource is updated its signals go to whoever updates it; ends with the returned function. */
  collect(node: NodeId, listener: (uniqueId: string, success: boolean, because: string | undefined) => void): Stop
  readonly creations: readonly Creation[]
  /**
   * Resolves when nothing waits any more.
   * @throws TerraceError STACK_CREATE_FAILED as soon as one creation has failed
   */
  created(): Promise<void>
}
