import type { BaseNode } from './node.ts'

/** `AWS::Logs::LogStream`. */
export interface LogStream extends BaseNode<'logStream'> {
  /** Name of the log group; it may be made by something else than these stacks. */
  readonly group: string
  readonly name: string
}

/** `AWS::Logs::MetricFilter`: makes a metric of the events of a log group that match. */
export interface MetricFilter extends BaseNode<'metricFilter'> {
  /** Name of the log group; it may be made by something else than these stacks. */
  readonly group: string
  readonly name: string
  /** In the syntax of CloudWatch Logs, such as `{ $.status = 500 }`. */
  readonly pattern: string
  readonly transformation: MetricTransformation
}

/** What a metric filter publishes. */
export interface MetricTransformation {
  readonly namespace: string
  readonly name: string
  /** A number, or a field such as `$.latency` or `$bytes`. */
  readonly value: string
  /** For events that don't match. */
  readonly defaultValue?: number
  /** Names and the fields that hold their values. */
  readonly dimensions?: Readonly<Record<string, string>>
  /** Such as `Count` or `Milliseconds`. */
  readonly unit?: string
}

/** `AWS::Logs::SubscriptionFilter` for a Lambda function: sends it the events of a log group that match. */
export interface SubscriptionFilter extends BaseNode<'subscriptionFilter'> {
  /** Name of the log group; it may be made by something else than these stacks. */
  readonly group: string
  readonly name: string
  /** In the syntax of CloudWatch Logs; empty for every event. */
  readonly pattern: string
  /** ARN of the function. */
  readonly destination: string
}
