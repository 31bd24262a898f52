import { type AlarmTopic, type OperationsAlarmProps, operationsAlarm } from '@terrace/constructs'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'

export interface TierWatchProps {
  /** Name of the dashboard, unique in the account and region. */
  readonly dashboard: string
  /** Who is told. */
  readonly people: AlarmTopic
}

/** What is watched about one tier: alarms that tell people, and a dashboard that shows them above the graphs. */
export class TierWatch extends Construct {
  readonly #people: AlarmTopic
  readonly #dashboard: Dashboard
  readonly #graphs: GraphWidget[] = []
  readonly #alarms: Alarm[] = []

  constructor(scope: Construct, id: string, { dashboard, people }: TierWatchProps) {
    super(scope, id)
    this.#people = people
    this.#dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: dashboard,
      periodOverride: PeriodOverride.INHERIT,
    })
  }

  /** An alarm that people are told of. */
  alarm(id: string, props: OperationsAlarmProps): void {
    const alarm = operationsAlarm(this, id, props)
    this.#people.tell(alarm)
    this.#alarms.push(alarm)
  }

  /** A graph of the dashboard, a third of its width. */
  graph(title: string, ...left: readonly IMetric[]): void {
    this.#graphs.push(new GraphWidget({ title, left: [...left], width: 8 }))
  }

  /** Lays the dashboard out; once, when everything is there. */
  show(): void {
    this.#dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: this.#alarms, width: 24, height: 3 }))
    for (let at = 0; at < this.#graphs.length; at += 3) this.#dashboard.addWidgets(...this.#graphs.slice(at, at + 3))
  }
}
