import type { BaseNode } from './node.ts'

/** `AWS::XRay::SamplingRule`: whom to sample, and how much. */
export interface SamplingRule extends BaseNode<'samplingRule'> {
  readonly name: string
  readonly definition: SamplingRuleDefinition
}

/** What a sampling rule says; `*` and `?` stand for others in its patterns. */
export interface SamplingRuleDefinition {
  readonly resourceArn: string
  /** The lowest is asked first; 1 to 9999. */
  readonly priority: number
  /** Of 1: the part that is sampled when the reservoir is empty. */
  readonly fixedRate: number
  /** Requests a second that are sampled in any case, by all clients together. */
  readonly reservoirSize: number
  readonly serviceName: string
  readonly serviceType: string
  readonly host: string
  readonly httpMethod: string
  readonly urlPath: string
  readonly attributes: Readonly<Record<string, string>>
}

/** `AWS::XRay::Group`: traces that a filter finds, under a name. */
export interface TraceGroup extends BaseNode<'traceGroup'> {
  readonly name: string
  readonly arn: string
  /** A filter expression of X-Ray; empty for all traces. */
  readonly filter: string
}
