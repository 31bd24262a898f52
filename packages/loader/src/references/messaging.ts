import type { IdentityTable, Subject } from './identity.ts'
import { arn, generatedName, nameOf, uuid } from './ids.ts'

const topicName = (s: Subject) => fifo(s, nameOf('TopicName')(s), 'FifoTopic', 'TopicName')
const topicArn = (s: Subject) => arn(s, 'sns', topicName(s))
const queueName = (s: Subject) => fifo(s, nameOf('QueueName', { most: 80 })(s), 'FifoQueue', 'QueueName')
const queueUrl = (s: Subject) => `https://sqs.${s.region}.${s.urlSuffix}/${s.account}/${queueName(s)}`
const subscriptionArn = (s: Subject) => `${s.text('TopicArn') ?? ''}:${uuid(s)}`
const mailTemplate = nameOf('Template.TemplateName', { most: 64 })
const busName = (s: Subject) => s.text('Name') ?? ''
const busArn = (s: Subject) => arn(s, 'events', `event-bus/${busName(s)}`)
const ruleName = nameOf('Name', { most: 64 })

// Made-up names of FIFO resources get the suffix that AWS asks for.
const fifo = (s: Subject, name: string, flag: string, property: string) =>
  s.text(flag) === 'true' && !s.has(property) ? `${name}.fifo` : name

const onCustomBus = (s: Subject) => {
  const bus = s.text('EventBusName')?.split('/').at(-1)
  return bus && bus !== 'default' ? bus : undefined
}

/** SNS, SQS, EventBridge and SES. */
export const messaging: IdentityTable = {
  'AWS::SNS::Topic': { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: topicName } },
  'AWS::SNS::Subscription': { ref: subscriptionArn, attributes: { Arn: subscriptionArn } },
  'AWS::SNS::TopicPolicy': { ref: generatedName, attributes: { Id: generatedName } },
  'AWS::SQS::Queue': {
    ref: queueUrl,
    attributes: { Arn: s => arn(s, 'sqs', queueName(s)), QueueName: queueName, QueueUrl: queueUrl },
  },
  'AWS::SQS::QueuePolicy': { ref: generatedName, attributes: { Id: generatedName } },
  'AWS::Events::EventBus': { ref: busName, attributes: { Arn: busArn, Name: busName } },
  'AWS::Events::EventBusPolicy': { ref: generatedName },
  'AWS::Events::Rule': {
    ref: s => (onCustomBus(s) ? `${onCustomBus(s)}|${ruleName(s)}` : ruleName(s)),
    attributes: {
      Arn: s => arn(s, 'events', `rule/${onCustomBus(s) ? `${onCustomBus(s)}/` : ''}${ruleName(s)}`),
    },
  },
  'AWS::Scheduler::Schedule': {
    ref: ruleName,
    attributes: { Arn: s => arn(s, 'scheduler', `schedule/${s.text('GroupName') ?? 'default'}/${ruleName(s)}`) },
  },
  'AWS::SES::EmailIdentity': {
    ref: s => s.text('EmailIdentity') ?? '',
    attributes: Object.fromEntries(
      [1, 2, 3].flatMap(index => {
        const token = (s: Subject) => s.characters(`dkim${index}`, 32)
        return [
          [`DkimDNSTokenName${index}`, (s: Subject) => `${token(s)}._domainkey.${s.text('EmailIdentity') ?? ''}`],
          [`DkimDNSTokenValue${index}`, (s: Subject) => `${token(s)}.dkim.amazonses.com`],
        ]
      }),
    ),
  },
  'AWS::SES::Template': { ref: mailTemplate, attributes: { Id: mailTemplate } },
  'AWS::SES::ConfigurationSetEventDestination': { ref: generatedName, attributes: { Id: generatedName } },
  'AWS::SES::ConfigurationSet': { ref: nameOf('Name', { most: 64 }) },
}
