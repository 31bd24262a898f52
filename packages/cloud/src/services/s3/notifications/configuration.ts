import { flatList } from '../../../gateway/xml.ts'
import { AmbiguousNotifications, InvalidArgument, MalformedXml } from '../errors.ts'
import type { BucketSettings, NotificationTarget } from '../settings.ts'
import type { XmlElement } from '../xml-element.ts'
import { CONFIGURABLE_EVENTS, SILENT_EVENTS } from './change.ts'

/** What a kind of receiver is called in the configuration. */
const KINDS = [
  { element: 'QueueConfiguration', member: 'Queue', service: 'sqs' },
  { element: 'TopicConfiguration', member: 'Topic', service: 'sns' },
  { element: 'CloudFunctionConfiguration', member: 'CloudFunction', service: 'lambda' },
] as const

type Notifications = BucketSettings['notifications']

/** Reads a `<NotificationConfiguration>`. @throws MalformedXml, InvalidArgument, AmbiguousNotifications */
export function readNotifications(root: XmlElement, newId: () => string): Notifications {
  const targets = KINDS.flatMap(({ element, member, service }) =>
    root.children(element).map(each => readTarget(each, { member, service }, newId)),
  )
  refuseOverlaps(targets)
  const bus = root.child('EventBridgeConfiguration')
  return { eventBridge: bus !== undefined, targets }
}

function readTarget(
  element: XmlElement,
  { member, service }: { readonly member: string; readonly service: string },
  newId: () => string,
): NotificationTarget {
  const target = element.required(member)
  if (!new RegExp(`^arn:aws:${service}:[a-z0-9-]+:\\d{12}:.+$`).test(target)) {
    throw new InvalidArgument('The ARN could not be parsed', member, target)
  }
  if (service === 'sqs' && target.endsWith('.fifo')) {
    throw new InvalidArgument('Unable to validate the following destination configurations', target, 'FIFO queue')
  }
  const events = element.texts('Event')
  if (events.length === 0) throw new MalformedXml()
  const unknown = events.find(event => !CONFIGURABLE_EVENTS.includes(event) && !SILENT_EVENTS.includes(event))
  if (unknown !== undefined) {
    throw new InvalidArgument('A specified event is not supported for notifications', 'Event', unknown)
  }
  return { id: element.text('Id') || newId(), target, events, ...readFilter(element) }
}

function readFilter(element: XmlElement): Pick<NotificationTarget, 'prefix' | 'suffix'> {
  const values: Record<string, string> = {}
  for (const rule of element.child('Filter')?.child('S3Key')?.children('FilterRule') ?? []) {
    const name = rule.required('Name').toLowerCase()
    if (name !== 'prefix' && name !== 'suffix') {
      throw new InvalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', name)
    }
    if (name in values) {
      const message = `Cannot specify more than one ${name} rule in a filter.`
      throw new InvalidArgument(message, 'FilterRule.Name', name)
    }
    values[name] = rule.text('Value') ?? ''
  }
  return { prefix: values.prefix ?? '', suffix: values.suffix ?? '' }
}

/** The same event for the same key may go to one receiver alone. S3 User Guide "Configuring event notifications using object key name filtering". */
function refuseOverlaps(targets: readonly NotificationTarget[]): void {
  for (const [index, one] of targets.entries()) {
    for (const other of targets.slice(index + 1)) {
      const prefixes = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)
      const suffixes = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix)
      if (prefixes && suffixes && one.events.some(a => other.events.some(b => overlap(a, b)))) {
        throw new AmbiguousNotifications()
      }
    }
  }
}

const overlap = (a: string, b: string): boolean => a === b || isWithin(a, b) || isWithin(b, a)

const isWithin = (event: string, all: string) => all.endsWith('*') && event.startsWith(all.slice(0, -1))

/** The content of a `<NotificationConfiguration>`. */
export const writeNotifications = ({ eventBridge, targets }: Notifications) => ({
  ...Object.fromEntries(
    KINDS.map(({ element, member, service }) => [
      element,
      flatList(
        targets
          .filter(({ target }) => target.split(':')[2] === service)
          .map(({ id, target, events, prefix, suffix }) => ({
            Id: id,
            [member]: target,
            Event: flatList(events),
            Filter: prefix || suffix ? { S3Key: { FilterRule: flatList(rules(prefix, suffix)) } } : undefined,
          })),
      ),
    ]),
  ),
  EventBridgeConfiguration: eventBridge ? '' : undefined,
})

const rules = (prefix: string, suffix: string) =>
  [
    { Name: 'Prefix', Value: prefix },
    { Name: 'Suffix', Value: suffix },
  ].filter(({ Value }) => Value !== '')
