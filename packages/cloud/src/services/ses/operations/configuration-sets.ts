import type { EventDestination } from '@terrace/model'
import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import type { ConfigurationSet } from '../configuration-sets.ts'
import { BadRequestException } from '../errors.ts'
import type { Ses } from '../ses.ts'
import { pageMembers, pageSize, readTags, resourceName, tagList, writeTags } from './shapes.ts'

const EVENTS = ['SEND', 'REJECT', 'BOUNCE', 'COMPLAINT', 'DELIVERY', 'RENDERING_FAILURE'] as const
/** What never happens here: nobody reads mail, and nothing is late. */
const NEVER = ['OPEN', 'CLICK', 'DELIVERY_DELAY', 'SUBSCRIPTION'] as const

const destination = z.strictObject({
  Enabled: z.boolean().optional(),
  MatchingEventTypes: z
    .array(z.enum([...EVENTS, ...NEVER]))
    .min(1)
    .optional(),
  SnsDestination: z.strictObject({ TopicArn: z.string().regex(/^arn:aws:sns:[\w-]+:\d{12}:[\w.-]+$/) }).optional(),
  EventBridgeDestination: z
    .strictObject({ EventBusArn: z.string().regex(/^arn:aws:events:[\w-]+:\d{12}:event-bus\/default$/) })
    .optional(),
})

const suppression = z.strictObject({ SuppressedReasons: z.array(z.enum(['BOUNCE', 'COMPLAINT'])).optional() })

/** Configuration sets, and whom they tell. */
export function configurationSetOperations({ configurationSets: sets }: Ses): readonly Operation[] {
  const on = (action: string, name: string) => ({ action: `ses:${action}`, resource: sets.arnOf(name) })
  const named = shape({ ConfigurationSetName: resourceName })
  const path = '/v2/email/configuration-sets'
  return [
    operation({
      name: 'CreateConfigurationSet',
      route: `POST ${path}`,
      input: shape({
        ConfigurationSetName: resourceName,
        SendingOptions: z.strictObject({ SendingEnabled: z.boolean().optional() }).optional(),
        SuppressionOptions: suppression.optional(),
        ReputationOptions: accepted(
          z.strictObject({ ReputationMetricsEnabled: z.boolean().optional() }).optional(),
          'the metrics of the account are always there',
        ),
        DeliveryOptions: accepted(
          z.strictObject({ TlsPolicy: z.enum(['REQUIRE', 'OPTIONAL']).optional() }).optional(),
          'mails stay on this machine',
        ),
        Tags: tagList.optional(),
      }),
      authorize: ({ ConfigurationSetName }) => on('CreateConfigurationSet', ConfigurationSetName),
      run({ ConfigurationSetName, SendingOptions, SuppressionOptions, Tags }) {
        sets.create({
          name: ConfigurationSetName,
          sendingEnabled: SendingOptions?.SendingEnabled ?? true,
          suppressedReasons: SuppressionOptions?.SuppressedReasons,
          tags: readTags(Tags),
        })
        return {}
      },
    }),
    operation({
      name: 'GetConfigurationSet',
      route: `GET ${path}/{ConfigurationSetName}`,
      input: named,
      authorize: ({ ConfigurationSetName }) => on('GetConfigurationSet', ConfigurationSetName),
      run: ({ ConfigurationSetName }) => describe(sets.get(ConfigurationSetName)),
    }),
    // Newer clients post what older ones ask for by the path.
    ...[`GET ${path}`, 'POST /v2/email/list-configuration-sets'].map(route =>
      operation({
        name: 'ListConfigurationSets',
        route,
        input: shape(pageMembers),
        authorize: () => ({ action: 'ses:ListConfigurationSets', resource: '*' }),
        run({ PageSize, NextToken }) {
          const page = sets.list(pageSize(PageSize), NextToken)
          return { ConfigurationSets: page.rows.map(({ name }) => name), NextToken: page.next }
        },
      }),
    ),
    operation({
      name: 'DeleteConfigurationSet',
      route: `DELETE ${path}/{ConfigurationSetName}`,
      input: named,
      authorize: ({ ConfigurationSetName }) => on('DeleteConfigurationSet', ConfigurationSetName),
      run({ ConfigurationSetName }) {
        sets.delete(ConfigurationSetName)
        return {}
      },
    }),
    operation({
      name: 'PutConfigurationSetSendingOptions',
      route: `PUT ${path}/{ConfigurationSetName}/sending`,
      input: shape({ ConfigurationSetName: resourceName, SendingEnabled: z.boolean().optional() }),
      authorize: ({ ConfigurationSetName }) => on('PutConfigurationSetSendingOptions', ConfigurationSetName),
      run({ ConfigurationSetName, SendingEnabled = false }) {
        sets.change(ConfigurationSetName, { sendingEnabled: SendingEnabled })
        return {}
      },
    }),
    operation({
      name: 'PutConfigurationSetSuppressionOptions',
      route: `PUT ${path}/{ConfigurationSetName}/suppression-options`,
      input: suppression.extend({ ConfigurationSetName: resourceName }),
      authorize: ({ ConfigurationSetName }) => on('PutConfigurationSetSuppressionOptions', ConfigurationSetName),
      run({ ConfigurationSetName, SuppressedReasons }) {
        sets.change(ConfigurationSetName, { suppressedReasons: SuppressedReasons })
        return {}
      },
    }),
    ...destinationOperations(sets, on, `${path}/{ConfigurationSetName}/event-destinations`),
  ]
}

function destinationOperations(
  sets: Ses['configurationSets'],
  on: (action: string, name: string) => { action: string; resource: string },
  path: string,
): readonly Operation[] {
  const whole = shape({
    ConfigurationSetName: resourceName,
    EventDestinationName: resourceName,
    EventDestination: destination,
  })
  return [
    operation({
      name: 'CreateConfigurationSetEventDestination',
      route: `POST ${path}`,
      input: whole,
      authorize: ({ ConfigurationSetName }) => on('CreateConfigurationSetEventDestination', ConfigurationSetName),
      run({ ConfigurationSetName, EventDestinationName, EventDestination }) {
        sets.createDestination(ConfigurationSetName, readDestination(EventDestinationName, EventDestination))
        return {}
      },
    }),
    operation({
      name: 'UpdateConfigurationSetEventDestination',
      route: `PUT ${path}/{EventDestinationName}`,
      input: whole,
      authorize: ({ ConfigurationSetName }) => on('UpdateConfigurationSetEventDestination', ConfigurationSetName),
      run({ ConfigurationSetName, EventDestinationName, EventDestination }) {
        sets.updateDestination(ConfigurationSetName, readDestination(EventDestinationName, EventDestination))
        return {}
      },
    }),
    operation({
      name: 'GetConfigurationSetEventDestinations',
      route: `GET ${path}`,
      input: shape({ ConfigurationSetName: resourceName }),
      authorize: ({ ConfigurationSetName }) => on('GetConfigurationSetEventDestinations', ConfigurationSetName),
      run: ({ ConfigurationSetName }) => ({
        EventDestinations: sets.get(ConfigurationSetName).eventDestinations.map(writeDestination),
      }),
    }),
    operation({
      name: 'DeleteConfigurationSetEventDestination',
      route: `DELETE ${path}/{EventDestinationName}`,
      input: shape({ ConfigurationSetName: resourceName, EventDestinationName: resourceName }),
      authorize: ({ ConfigurationSetName }) => on('DeleteConfigurationSetEventDestination', ConfigurationSetName),
      run({ ConfigurationSetName, EventDestinationName }) {
        sets.deleteDestination(ConfigurationSetName, EventDestinationName)
        return {}
      },
    }),
  ]
}

/** @throws BadRequestException when it names no destination, or two */
function readDestination(name: string, given: z.output<typeof destination>): EventDestination {
  const { Enabled = false, MatchingEventTypes = [], SnsDestination, EventBridgeDestination } = given
  const common = { name, enabled: Enabled, events: MatchingEventTypes }
  if (SnsDestination && !EventBridgeDestination)
    return { ...common, to: { kind: 'sns', topic: SnsDestination.TopicArn } }
  if (EventBridgeDestination && !SnsDestination) {
    return { ...common, to: { kind: 'eventBridge', bus: EventBridgeDestination.EventBusArn } }
  }
  throw new BadRequestException('An event destination must have exactly one destination.')
}

const writeDestination = ({ name, enabled, events, to }: EventDestination) => ({
  Name: name,
  Enabled: enabled,
  MatchingEventTypes: events,
  ...(to.kind === 'sns'
    ? { SnsDestination: { TopicArn: to.topic } }
    : { EventBridgeDestination: { EventBusArn: to.bus } }),
})

const describe = ({ name, sendingEnabled, suppressedReasons, tags }: ConfigurationSet) => ({
  ConfigurationSetName: name,
  SendingOptions: { SendingEnabled: sendingEnabled },
  ReputationOptions: { ReputationMetricsEnabled: true },
  ...(suppressedReasons === undefined ? {} : { SuppressionOptions: { SuppressedReasons: suppressedReasons } }),
  Tags: writeTags(tags),
})
