import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { InvalidParameter } from '../errors.ts'
import type { LiveTails } from '../live-tail/live-tails.ts'
import type { LogsState } from '../state.ts'
import { groupIdentifier, nameIn, permissions, streamName } from './shapes.ts'

const streamNames = z.array(streamName).min(1).max(100).optional()

/** StartLiveTail: its answer is an event stream. @see CloudWatch Logs API Reference "StartLiveTail" */
export const startLiveTail = (state: LogsState, liveTails: LiveTails): Operation =>
  operation({
    name: 'StartLiveTail',
    input: shape({
      logGroupIdentifiers: z.array(groupIdentifier).min(1).max(10),
      logStreamNames: streamNames,
      logStreamNamePrefixes: streamNames,
      logEventFilterPattern: z.string().max(1024).optional(),
    }),
    authorize: input =>
      input.logGroupIdentifiers.map(identifier => permissions(state).onGroup('StartLiveTail', nameIn(identifier))),
    run({ logGroupIdentifiers, logStreamNames, logStreamNamePrefixes, logEventFilterPattern }, { requestId }) {
      for (const identifier of logGroupIdentifiers) checkIdentifier(identifier)
      if (logStreamNames && logStreamNamePrefixes) {
        throw new InvalidParameter('logStreamNames and logStreamNamePrefixes must not both be specified.')
      }
      if ((logStreamNames ?? logStreamNamePrefixes) && logGroupIdentifiers.length > 1) {
        throw new InvalidParameter('Log streams can be specified for one log group only.')
      }
      const groups = new Map(logGroupIdentifiers.map(arn => [state.get(nameIn(arn)).settings.name, arn]))
      const request = {
        logGroupIdentifiers,
        ...(logStreamNames && { logStreamNames }),
        ...(logStreamNamePrefixes && { logStreamNamePrefixes }),
        ...(logEventFilterPattern !== undefined && { logEventFilterPattern }),
      }
      return liveTails.start(request, groups, requestId)
    },
  })

function checkIdentifier(identifier: string): void {
  if (/^arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:*]+$/.test(identifier)) return
  throw new InvalidParameter(
    `${identifier} is not the ARN of a log group; it must not end with an asterisk, and names are not taken.`,
  )
}
