import type { ServiceEvent } from '../../../deliveries.ts'
import type { FullState } from '../stored-alarm.ts'
import { alarmTime } from '../wording.ts'
import { configurationOf } from './configuration.ts'
import type { Account, Change } from './notification.ts'

/** `CloudWatch Alarm State Change`. @see CloudWatch User Guide, "Alarm events and EventBridge" */
export const stateChangeEvent = (change: Change): ServiceEvent => ({
  source: 'aws.cloudwatch',
  detailType: 'CloudWatch Alarm State Change',
  resources: [change.alarm.arn],
  detail: dataOf(change),
})

/** What a function gets. @see CloudWatch User Guide, "Invoke a Lambda function from an alarm" */
export const lambdaPayload = (change: Change, { region, account }: Account): string =>
  JSON.stringify({
    source: 'aws.cloudwatch',
    alarmArn: change.alarm.arn,
    accountId: account,
    time: alarmTime(change.at),
    region,
    alarmData: dataOf(change),
  })

const dataOf = ({ alarm, from, to }: Change) => ({
  alarmName: alarm.name,
  configuration: configurationOf(alarm),
  previousState: stateOf(from),
  state: stateOf(to),
})

const stateOf = ({ value, reason, data, since }: FullState) => ({
  reason,
  ...(data === undefined ? {} : { reasonData: JSON.stringify(data) }),
  timestamp: alarmTime(since),
  value,
})
