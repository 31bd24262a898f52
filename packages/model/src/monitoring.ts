import type { Duration } from '@terrace/kit'
import type { BaseNode } from './node.ts'

export type ComparisonOperator =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold'

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing'

/** What CloudWatch does when an alarm changes its state: ARNs. */
export interface AlarmActions {
  readonly enabled: boolean
  readonly alarm: readonly string[]
  readonly ok: readonly string[]
  readonly insufficientData: readonly string[]
}

/** One metric, or one expression over others, of an alarm. */
export type AlarmQuery =
  | { readonly kind: 'metric'; readonly id: string; readonly metric: AlarmMetric; readonly returnData: boolean }
  | {
      readonly kind: 'expression'
      readonly id: string
      readonly expression: string
      readonly returnData: boolean
      /** Absent: that of the metrics it uses. */
      readonly period?: Duration
    }

export interface AlarmMetric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  /** `Average`, `Sum`, `p99`, `tm95`… */
  readonly statistic: string
  readonly period: Duration
  readonly unit?: string
}

/** What an alarm watches and when it fires, as CloudWatch evaluates it. */
export interface AlarmDefinition {
  readonly name: string
  readonly arn: string
  readonly description: string
  /** One of them returns data: the one that is compared. */
  readonly queries: readonly AlarmQuery[]
  readonly threshold: number
  readonly comparison: ComparisonOperator
  readonly evaluationPeriods: number
  /** M of N; equal to `evaluationPeriods` when the template says nothing. */
  readonly datapointsToAlarm: number
  readonly missingData: MissingData
  readonly actions: AlarmActions
}

/** `AWS::CloudWatch::Alarm`. */
export interface Alarm extends BaseNode<'alarm'> {
  readonly alarm: AlarmDefinition
}

/** `AWS::CloudWatch::CompositeAlarm`. */
export interface CompositeAlarm extends BaseNode<'compositeAlarm'> {
  readonly name: string
  readonly arn: string
  readonly description: string
  /** Such as `ALARM(a) AND NOT OK("b")`. */
  readonly rule: string
  readonly actions: AlarmActions
}

/** `AWS::CloudWatch::Dashboard`. */
export interface Dashboard extends BaseNode<'dashboard'> {
  readonly name: string
  /** JSON, as the template has it. */
  readonly body: string
}
