import type {
  ConfigurationSet,
  EmailIdentity,
  EmailTemplate,
  EventDestination,
  SuppressionReason,
} from '@terrace/model'
import { type BuildContext, type BuilderTable, type FoldContext, fold, node } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/** Whom mail may come from, what it says, and whom is told of it: SES. */
export const mail: BuilderTable = {
  'AWS::SES::EmailIdentity': node((context): EmailIdentity => {
    const { properties, region, account, partition } = context
    properties.withoutEffect({
      DkimAttributes: 'mails stay on this machine and are not signed',
      DkimSigningAttributes: 'mails stay on this machine and are not signed',
      FeedbackAttributes: 'bounces are not sent back as mails; they are events',
      MailFromAttributes: 'mails stay on this machine: nobody looks at the domain of their envelope',
    })
    const identity = identityOf(properties.requiredText('EmailIdentity'))
    const configurationSet = properties.object('ConfigurationSetAttributes')?.text('ConfigurationSetName')
    return {
      ...context.base('emailIdentity'),
      identity,
      arn: `arn:${partition}:ses:${region}:${account}:identity/${identity}`,
      dkimTokens: identity.includes('@') ? [] : dkimTokens(context),
      ...(configurationSet === undefined ? {} : { configurationSet }),
    }
  }),
  'AWS::SES::Template': node((context): EmailTemplate => {
    const template = context.properties.requiredObject('Template')
    template.readElsewhere('TemplateName')
    const text = template.text('TextPart')
    const html = template.text('HtmlPart')
    return {
      ...context.base('emailTemplate'),
      name: context.resource.physicalId,
      subject: template.requiredText('SubjectPart'),
      ...(text === undefined ? {} : { text }),
      ...(html === undefined ? {} : { html }),
    }
  }),
  'AWS::SES::ConfigurationSet': node((context): ConfigurationSet => {
    const { properties, resource } = context
    properties.readElsewhere('Name')
    properties.withoutEffect({
      ArchivingOptions: 'the inbox keeps every mail',
      DeliveryOptions: 'mails stay on this machine',
      ReputationOptions: 'the metrics of the account are always there',
      TrackingOptions: 'mails are kept as they are: nothing in them is followed',
      VdmOptions: 'it is a view of the console of AWS',
    })
    const suppressed = properties.object('SuppressionOptions')
    return {
      ...context.base('configurationSet'),
      name: resource.physicalId,
      sendingEnabled: properties.object('SendingOptions')?.boolean('SendingEnabled') ?? true,
      ...(suppressed === undefined ? {} : { suppressedReasons: reasonsOf(suppressed) }),
      eventDestinations: [],
    }
  }),
  'AWS::SES::ConfigurationSetEventDestination': fold(context => {
    const { properties } = context
    const set = context.find(properties, 'ConfigurationSetName', 'configurationSet')
    const destination = destinationOf(context, properties.requiredObject('EventDestination'))
    if (set === undefined || !destination) return
    context.update(set, 'configurationSet', old => ({
      ...old,
      eventDestinations: [...old.eventDestinations, destination],
    }))
  }),
}

/** The domain in lower case; the part before the @ is the recipient's business. */
function identityOf(text: string): string {
  const at = text.lastIndexOf('@')
  return `${text.slice(0, at + 1)}${text.slice(at + 1).toLowerCase()}`
}

const dkimTokens = (context: BuildContext): readonly string[] =>
  [1, 2, 3].map(index => context.attribute(`DkimDNSTokenName${index}`).split('.')[0] ?? '')

function reasonsOf(suppression: PropertyReader): readonly SuppressionReason[] {
  return suppression.texts('SuppressedReasons').map(reason => {
    if (reason === 'BOUNCE' || reason === 'COMPLAINT') return reason
    throw suppression.bad('SuppressedReasons', 'a list of BOUNCE and COMPLAINT')
  })
}

/** @see "AWS::SES::ConfigurationSetEventDestination EventDestination" in the CloudFormation Template Reference */
function destinationOf(context: FoldContext, properties: PropertyReader): EventDestination | undefined {
  const topic = properties.object('SnsDestination')?.text('TopicARN')
  const bus = properties.object('EventBridgeDestination')?.text('EventBusArn')
  const common = {
    name: properties.text('Name') ?? context.resource.physicalId,
    enabled: properties.boolean('Enabled') ?? true,
    events: properties.texts('MatchingEventTypes').map(snakeCase),
  }
  if (topic !== undefined) return { ...common, to: { kind: 'sns', topic } }
  if (bus !== undefined) return { ...common, to: { kind: 'eventBridge', bus } }
  const other = ['CloudWatchDestination', 'KinesisFirehoseDestination'].find(key => properties.has(key))
  if (other === undefined) throw properties.bad('SnsDestination', 'one destination')
  const message = 'events about mails go to SNS topics and EventBridge alone; they are not sent there'
  context.gap('property', properties.pathOf(other), properties.placeOf(other).line, message)
  properties.listed(message, other)
  return undefined
}

/** `renderingFailure` as the API spells it: `RENDERING_FAILURE`. */
const snakeCase = (event: string): string => event.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
