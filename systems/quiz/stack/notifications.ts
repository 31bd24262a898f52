import { Stack } from 'aws-cdk-lib'
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

/** Two topics: `alarm-topic` for people, by mail, and `alarm-update-instance` for the guard. TLS only. */
export class Notifications extends Construct {
  readonly forPeople: Topic
  readonly forGuard: Topic

  constructor(scope: Construct, id: string, props: { readonly email: string }) {
    super(scope, id)
    this.forPeople = this.#topic('alarm-topic')
    this.forPeople.addSubscription(new EmailSubscription(props.email))
    this.forGuard = this.#topic('alarm-update-instance')
  }

  /** Has people told when it rings, and when it is over. */
  tellPeople(...alarms: readonly Alarm[]): void {
    const action = new SnsAction(this.forPeople)
    for (const alarm of alarms) {
      alarm.addAlarmAction(action)
      alarm.addOkAction(action)
    }
  }

  #topic(name: string): Topic {
    const { account, stackName } = Stack.of(this)
    const topic = new Topic(this, name, { topicName: `${stackName}-${name}`, enforceSSL: true })
    // A policy of its own takes the place of the one that lets the account's alarms in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    )
    return topic
  }
}
