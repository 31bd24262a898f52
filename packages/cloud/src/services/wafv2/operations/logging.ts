import { nodesOf } from '@terrace/model'
import { z } from 'zod'
import { accepted, type Operation, onlyOne, operation, shape } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { type Destination, destinationOf } from '../destination.ts'
import {
  WAFInvalidParameterException,
  WAFLimitsExceededException,
  WAFLogDestinationPermissionIssueException,
  WAFNonexistentItemException,
} from '../errors.ts'
import { MOST_TAGS } from '../limits.ts'
import { checkMayLog } from '../log-rights.ts'
import { arn, loggingConfiguration, paging, scope, tagList } from '../shapes.ts'
import { type Context, checkScope, on, pageOf } from './context.ts'

const kinds = {
  LogType: onlyOne('WAF_LOGS', ['SECURITY_LAKE'], 'records for Security Lake'),
  LogScope: onlyOne('CUSTOMER', ['SECURITY_LAKE', 'CLOUDWATCH_TELEMETRY_RULE_MANAGED'], 'logs that others keep'),
}

/** Where records go, and tags. */
export const loggingOperations = (context: Context): readonly Operation[] => {
  const { firewalls } = context
  const find = (acl: string) => firewalls.logging.find(({ ResourceArn }) => ResourceArn === acl)
  return [
    operation({
      name: 'PutLoggingConfiguration',
      input: shape({
        LoggingConfiguration: loggingConfiguration.extend({
          ManagedByFirewallManager: accepted(z.boolean().optional(), 'there is no Firewall Manager'),
          ...kinds,
        }),
      }),
      authorize: ({ LoggingConfiguration }) => on('PutLoggingConfiguration', LoggingConfiguration.ResourceArn),
      async run({ LoggingConfiguration }, { principal }) {
        const { ResourceArn, LogDestinationConfigs, RedactedFields, LoggingFilter } = LoggingConfiguration
        firewalls.webAcl(ResourceArn)
        checkMayLog(context.world, principal, await destination(context, LogDestinationConfigs[0] ?? ''))
        const config = {
          ResourceArn,
          LogDestinationConfigs,
          ...(RedactedFields && { RedactedFields }),
          ...(LoggingFilter && { LoggingFilter }),
        }
        firewalls.log(ResourceArn, config)
        return { LoggingConfiguration: config }
      },
    }),
    operation({
      name: 'GetLoggingConfiguration',
      input: shape({ ResourceArn: arn, ...kinds }),
      authorize: ({ ResourceArn }) => on('GetLoggingConfiguration', ResourceArn),
      run({ ResourceArn }) {
        const found = find(ResourceArn)
        if (!found) throw new WAFNonexistentItemException()
        return { LoggingConfiguration: found }
      },
    }),
    operation({
      name: 'DeleteLoggingConfiguration',
      input: shape({ ResourceArn: arn, ...kinds }),
      authorize: ({ ResourceArn }) => on('DeleteLoggingConfiguration', ResourceArn),
      run({ ResourceArn }) {
        if (!find(ResourceArn)) throw new WAFNonexistentItemException()
        firewalls.log(ResourceArn, undefined)
        return {}
      },
    }),
    operation({
      name: 'ListLoggingConfigurations',
      input: shape({ Scope: scope, ...paging, LogScope: kinds.LogScope }),
      authorize: () => on('ListLoggingConfigurations', '*'),
      run({ Scope, Limit, NextMarker }) {
        checkScope(context, Scope)
        const found = firewalls.logging
          .filter(({ ResourceArn }) => firewalls.find(ResourceArn)?.Scope === Scope)
          .sort((a, b) => (a.ResourceArn < b.ResourceArn ? -1 : 1))
        const page = pageOf(found, ({ ResourceArn }) => ResourceArn, { Limit, NextMarker })
        return { LoggingConfigurations: page.items, NextMarker: page.next }
      },
    }),
    operation({
      name: 'TagResource',
      input: shape({ ResourceARN: arn, Tags: tagList }),
      authorize: ({ ResourceARN }) => on('TagResource', ResourceARN),
      run({ ResourceARN, Tags }) {
        const found = firewalls.find(ResourceARN)
        if (!found) throw new WAFNonexistentItemException()
        const tags = { ...found.tags, ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) }
        if (Object.keys(tags).length > MOST_TAGS)
          throw new WAFLimitsExceededException(`There are at most ${MOST_TAGS} tags.`)
        firewalls.put({ ...found, tags })
        return {}
      },
    }),
    operation({
      name: 'UntagResource',
      input: shape({ ResourceARN: arn, TagKeys: z.array(z.string().min(1).max(128)) }),
      authorize: ({ ResourceARN }) => on('UntagResource', ResourceARN),
      run({ ResourceARN, TagKeys }) {
        const found = firewalls.find(ResourceARN)
        if (!found) throw new WAFNonexistentItemException()
        const tags = Object.fromEntries(Object.entries(found.tags).filter(([key]) => !TagKeys.includes(key)))
        firewalls.put({ ...found, tags })
        return {}
      },
    }),
    operation({
      name: 'ListTagsForResource',
      input: shape({ ResourceARN: arn, ...paging }),
      authorize: ({ ResourceARN }) => on('ListTagsForResource', ResourceARN),
      run({ ResourceARN, Limit, NextMarker }) {
        const found = firewalls.find(ResourceARN)
        if (!found) throw new WAFNonexistentItemException()
        const tags = Object.entries(found.tags).sort(([a], [b]) => (a < b ? -1 : 1))
        const page = pageOf(tags, ([key]) => key, { Limit, NextMarker })
        const TagList = page.items.map(([Key, Value]) => ({ Key, Value }))
        return { TagInfoForResource: { ResourceARN, TagList }, NextMarker: page.next }
      },
    }),
  ]
}

/** @see WAF Developer Guide, "AWS WAF logging destinations": the names begin with `aws-waf-logs-` */
async function destination({ world }: Context, arnOf: string): Promise<Destination> {
  if (arnOf.split(':')[2] === 'firehose') {
    throw new NotEmulated('a delivery stream of Firehose', 'use a log group or a bucket')
  }
  const found = destinationOf(arnOf)
  if (!found?.name.startsWith('aws-waf-logs-')) {
    throw new WAFInvalidParameterException(
      'LOG_DESTINATION',
      arnOf,
      'The ARN is not valid: its name begins with aws-waf-logs-.',
    )
  }
  const { kind, name } = found
  const exists =
    kind === 'bucket'
      ? nodesOf(world.architecture, 'bucket').some(each => each.name === name)
      : (await world.ports.need('logGroups')).has(name)
  if (!exists) throw new WAFLogDestinationPermissionIssueException(`There is no ${name} to write to.`)
  return found
}
