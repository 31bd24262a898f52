import type { Duration } from '@terrace/kit'
import type { PolicyDocument } from './data.ts'
import type { BaseNode } from './node.ts'

/** `AWS::Events::EventBus`: a bus of EventBridge beside the account's default one. */
export interface EventBus extends BaseNode<'eventBus'> {
  readonly name: string
  readonly arn: string
  readonly description: string
  readonly policy?: PolicyDocument
  /** ARN of the queue for events that could not be decrypted. */
  readonly deadLetterArn?: string
}

/** `AWS::Events::EventBusPolicy`: one statement of the policy of a bus, which may be the default one. */
export interface EventBusPolicy extends BaseNode<'eventBusPolicy'> {
  /** Name of the bus. */
  readonly bus: string
  readonly statementId: string
  readonly statement: PolicyDocument['Statement'][number]
}

/** `AWS::Events::Rule`: which events of a bus, or which moments, go to which targets. */
export interface EventRule extends BaseNode<'eventRule'> {
  readonly name: string
  readonly arn: string
  /** Name of the bus: `default`. */
  readonly bus: string
  readonly description: string
  readonly enabled: boolean
  /** JSON. Absent: the schedule alone runs it. */
  readonly pattern?: string
  /** `rate(5 minutes)`, `cron(0 12 * * ? *)`, in UTC. */
  readonly schedule?: string
  readonly roleArn?: string
  readonly targets: readonly EventTarget[]
}

/** Where a rule sends what it lets through. */
export interface EventTarget {
  readonly id: string
  readonly arn: string
  readonly roleArn?: string
  /** Absent: the event as it is. */
  readonly input?: EventTargetInput
  /** For FIFO queues. */
  readonly messageGroupId?: string
  /** ARN of the queue for events that could not be delivered. */
  readonly deadLetterArn?: string
  readonly retry?: EventRetryPolicy
}

/** What a target gets instead of the event. */
export type EventTargetInput =
  /** Always the same JSON. */
  | { readonly kind: 'constant'; readonly json: string }
  /** The part of the event at that path: `$.detail`. */
  | { readonly kind: 'path'; readonly path: string }
  /** A text with `<name>` for values from the event: name → path. */
  | { readonly kind: 'transformer'; readonly paths: Readonly<Record<string, string>>; readonly template: string }

/** How long an event is tried again; what is absent is AWS's default: 185 times, 24 hours. */
export interface EventRetryPolicy {
  readonly attempts?: number
  readonly age?: Duration
}
