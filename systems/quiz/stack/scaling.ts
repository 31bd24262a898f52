import { Duration, Stack } from 'aws-cdk-lib'
import { CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling'
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Construct } from 'constructs'
import type { Notifications } from './notifications.ts'
import { CUTOUT_METRICS, type RemovalTier } from './removal-tier.ts'

export interface TierScalingProps {
  readonly tier: RemovalTier
  readonly policies: 'shipped' | 'original'
  readonly notifications: Notifications
}

/** Average CPU, percent, that target tracking holds and above which `cpu_high` rings. */
export const CPU_TARGET = 60
/** Below it `cpu_low` rings. */
export const CPU_LOW = 55

/**
 * What moves the number of instances that remove backgrounds, and what rings.
 *
 * `original` is what the document has: target tracking at 60 %, two more instances when `cpu_high` rings, one less when
 * `cpu_low` does. The three fight. A group that target tracking has made just large enough is *below* 60 %, and below 55 %
 * as soon as one instance carries less than a twelfth of what it could: two minutes later `cpu_low` takes an instance
 * away, the CPU of the others rises above 60 %, target tracking and `cpu_high` each bring new ones, and so on, with every
 * instance killed while it works. `docs/flapping.svg` shows a day of it.
 *
 * `shipped` is target tracking alone: out after three minutes above the target, in after fifteen below nine tenths of it,
 * new instances counted when they have warmed up. `cpu_high` is there all the same: it tells the guard to look.
 */
export class TierScaling extends Construct {
  readonly #group: string

  constructor(scope: Construct, id: string, { tier, policies, notifications }: TierScalingProps) {
    super(scope, id)
    this.#group = tier.groupName
    const { group } = tier.service
    group.scaleOnCpuUtilization('target_tracking_policy', { targetUtilizationPercent: CPU_TARGET })

    const cpuHigh = this.#alarm('cpu_high', {
      alarmDescription: `The removal tier has been above ${CPU_TARGET} % CPU for 90 seconds`,
      metric: this.#cpu(Duration.seconds(30)),
      threshold: CPU_TARGET,
      evaluationPeriods: 3,
    })
    cpuHigh.addAlarmAction(new SnsAction(notifications.forGuard))
    if (policies === 'original') {
      this.#moves(cpuHigh, 'scaling_policy_up', 2)
      this.#moves(this.#cpuLow(), 'scaling_policy_down', -1)
    }
    notifications.tellPeople(this.#responseTime(tier), this.#statusCheck(), this.#unhealthyHosts(tier))
  }

  #cpuLow(): Alarm {
    return this.#alarm('cpu_low', {
      alarmDescription: `The removal tier has been below ${CPU_LOW} % CPU for two minutes`,
      metric: this.#cpu(Duration.minutes(1)),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: CPU_LOW,
      evaluationPeriods: 2,
    })
  }

  #responseTime({ service }: RemovalTier): Alarm {
    return this.#alarm('high_response_time', {
      alarmDescription: 'The removal tier has taken more than five seconds for nine minutes',
      metric: service.targets.metrics.targetResponseTime({ period: Duration.minutes(3) }),
      threshold: 5,
      evaluationPeriods: 3,
    })
  }

  #statusCheck(): Alarm {
    return this.#alarm('status_check_failed', {
      alarmDescription: 'An instance of the removal tier has failed its status check three times',
      metric: new Metric({
        namespace: 'AWS/EC2',
        metricName: 'StatusCheckFailed',
        dimensionsMap: { AutoScalingGroupName: this.#group },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 0,
      evaluationPeriods: 3,
    })
  }

  /** Of a group of two never more than two are unhealthy: the part counts, not the number. */
  #unhealthyHosts({ service }: RemovalTier): Alarm {
    const { metrics } = service.targets
    const period = Duration.minutes(1)
    return this.#alarm('unhealthy_hosts', {
      alarmDescription: 'Half of the removal tier or more has been unhealthy for two minutes',
      metric: new MathExpression({
        expression: '100 * unhealthy / (healthy + unhealthy)',
        label: 'unhealthy instances, percent',
        usingMetrics: {
          healthy: metrics.healthyHostCount({ period, statistic: 'Minimum' }),
          unhealthy: metrics.unhealthyHostCount({ period, statistic: 'Maximum' }),
        },
        period,
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 50,
      evaluationPeriods: 2,
    })
  }

  /** Of the agent, since EC2 itself measures once a minute at best. */
  #cpu(period: Duration): Metric {
    return new Metric({
      namespace: CUTOUT_METRICS,
      metricName: 'cpu_usage_active',
      dimensionsMap: { AutoScalingGroupName: this.#group },
      period,
    })
  }

  #moves(alarm: Alarm, name: string, scalingAdjustment: number): void {
    const policy = new CfnScalingPolicy(this, name, {
      autoScalingGroupName: this.#group,
      policyType: 'SimpleScaling',
      adjustmentType: 'ChangeInCapacity',
      scalingAdjustment,
      cooldown: '60',
    })
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: policy.ref }) })
  }

  #alarm(name: string, props: AlarmProps): Alarm {
    return new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    })
  }
}
