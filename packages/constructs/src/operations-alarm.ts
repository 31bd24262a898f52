import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'

export interface OperationsAlarmProps {
  /** What it means, for whoever is woken. */
  readonly description: string
  /** With a period of one minute. */
  readonly metric: IMetric
  /** It rings from this value on… */
  readonly from: number
  /** …or, where a small value is the bad one, up to it. Default `from`. */
  readonly when?: 'from' | 'upTo'
  /** How many minutes in a row. */
  readonly minutes: number
}

/** An alarm of operations. What is not measured rings nothing. Nobody is told until an action is added. */
export const operationsAlarm = (scope: Construct, id: string, props: OperationsAlarmProps): Alarm =>
  new Alarm(scope, id, {
    alarmDescription: props.description,
    metric: props.metric,
    threshold: props.from,
    comparisonOperator:
      props.when === 'upTo'
        ? ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: props.minutes,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
