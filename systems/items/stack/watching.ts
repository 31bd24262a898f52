import { AlarmTopic, type WebFirewall } from '@terrace/constructs'
import { Duration, Stack } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import type { AlarmThresholds } from '../environments/environment.ts'
import type { Api } from './api.ts'
import { watchBalancer } from './balanced-tier.ts'
import type { Frontend } from './frontend.ts'
import { LIST_INDEX, type SystemNames } from './names.ts'
import { TierWatch } from './tier-watch.ts'

export interface WatchingProps {
  readonly email: string
  readonly names: SystemNames
  readonly thresholds: AlarmThresholds
  readonly frontend: Frontend
  readonly firewall: WebFirewall
  readonly api: Api
  readonly table: Table
}

const period = Duration.minutes(1)

/** Alarms and a dashboard for each tier: frontend, API, table. */
export class Watching extends Construct {
  readonly people: AlarmTopic
  readonly #props: WatchingProps

  constructor(scope: Construct, id: string, props: WatchingProps) {
    super(scope, id)
    this.#props = props
    this.people = new AlarmTopic(this, 'People', { email: props.email })
    this.#watchFrontend()
    this.#watchApi()
    this.#watchTable()
  }

  #tier(id: string): TierWatch {
    const dashboard = `${this.#props.names.stack}-${id.toLowerCase()}`
    return new TierWatch(this, id, { dashboard, people: this.people })
  }

  #watchFrontend(): void {
    const { frontend, firewall, names, thresholds } = this.#props
    const watch = this.#tier('Frontend')
    const ofGroup = (namespace: string, metricName: string, statistic = 'Average') =>
      new Metric({ namespace, metricName, dimensionsMap: { AutoScalingGroupName: names.frontend }, statistic, period })
    const cpu = ofGroup('AWS/EC2', 'CPUUtilization')
    const memory = ofGroup(frontend.metricsNamespace, 'mem_used_percent')
    const disk = ofGroup(frontend.metricsNamespace, 'disk_used_percent', 'Maximum')
    watchBalancer(watch, frontend.balancer, frontend.service.targets, thresholds)
    this.#watchLoad(watch, cpu, memory)
    watch.alarm('Full', {
      description: 'A disk of the tier has been nearly full for five minutes',
      metric: disk,
      from: thresholds.diskPercent,
      minutes: 5,
    })
    watch.graph('Memory and disk, percent', memory, disk)
    watch.graph('Instances', ofGroup('AWS/AutoScaling', 'GroupInServiceInstances', 'Minimum'))
    watch.graph(
      'The firewall, requests a minute',
      this.#ofFirewall(firewall, 'AllowedRequests'),
      this.#ofFirewall(firewall, 'BlockedRequests'),
    )
    watch.show()
  }

  #watchApi(): void {
    const { api, thresholds } = this.#props
    const { service, targets } = api.service
    const watch = this.#tier('Api')
    watchBalancer(watch, api.balancer, targets, thresholds)
    const memory = service.metricMemoryUtilization({ period })
    this.#watchLoad(watch, service.metricCpuUtilization({ period }), memory)
    watch.alarm('NotRotated', {
      description: 'The key of the cursors was not changed: the function failed',
      metric: api.cursorKey.rotator.metricErrors({ period }),
      from: 1,
      minutes: 1,
    })
    watch.graph('Memory, percent', memory)
    watch.show()
  }

  #watchTable(): void {
    const { table, thresholds } = this.#props
    const watch = this.#tier('Table')
    const of = (metricName: string, index?: string) =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName: table.tableName, ...(index !== undefined && { GlobalSecondaryIndexName: index }) },
        statistic: 'Sum',
        period,
        ...(index !== undefined && { label: `${metricName} ${index}` }),
      })
    const refused = {
      ReadsRefused: of('ReadThrottleEvents'),
      WritesRefused: of('WriteThrottleEvents'),
      ListReadsRefused: of('ReadThrottleEvents', LIST_INDEX),
      ListWritesRefused: of('WriteThrottleEvents', LIST_INDEX),
    }
    for (const [id, metric] of Object.entries(refused)) {
      watch.alarm(id, {
        description: 'The table has refused requests for three minutes: the API answers 503',
        metric,
        from: thresholds.throttledPerMinute,
        minutes: 3,
      })
    }
    watch.graph('Capacity a minute', of('ConsumedReadCapacityUnits'), of('ConsumedWriteCapacityUnits'))
    watch.graph('Refused a minute', ...Object.values(refused))
    watch.show()
  }

  #watchLoad(watch: TierWatch, cpu: Metric, memory: Metric): void {
    const { cpuPercent, memoryPercent } = this.#props.thresholds
    watch.alarm('Busy', {
      description: 'The tier has been short of processor time for ten minutes: growing did not help',
      metric: cpu,
      from: cpuPercent,
      minutes: 10,
    })
    watch.alarm('ShortOfMemory', {
      description: 'The tier has been short of memory for five minutes',
      metric: memory,
      from: memoryPercent,
      minutes: 5,
    })
    watch.graph('Processor, percent', cpu)
  }

  #ofFirewall({ metricName }: WebFirewall, name: string): Metric {
    return new Metric({
      namespace: 'AWS/WAFV2',
      metricName: name,
      dimensionsMap: { WebACL: metricName, Rule: 'ALL', Region: Stack.of(this).region },
      statistic: 'Sum',
      period,
    })
  }
}
