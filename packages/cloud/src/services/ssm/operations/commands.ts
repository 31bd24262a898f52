import { seconds } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { timestamp } from '../../../gateway/time.ts'
import type { Command, CommandRequest, Invocation } from '../commands/command.ts'
import { type Commands, countOf } from '../commands/commands.ts'
import {
  InvalidDocument,
  InvalidParameter,
  InvalidParameters,
  InvalidPluginName,
  InvocationDoesNotExist,
} from '../errors.ts'
import {
  DELIVERY_TIMEOUT,
  EXECUTION_TIMEOUT,
  LARGEST_PAGE,
  LONGEST_ERROR,
  LONGEST_OUTPUT,
  LONGEST_PLUGIN_OUTPUT,
  MOST_INSTANCES,
} from '../limits.ts'
import { pageOf } from './page.ts'

const DOCUMENT = 'AWS-RunShellScript'
const PLUGIN = 'aws:runShellScript'

const instanceId = z.string().regex(/^m?i-[0-9a-f]{8,17}$/)
const commandId = z.string().length(36)
const target = shape({ Key: z.string().min(1).max(163), Values: z.array(z.string()).min(1).max(50) })
const maxResults = z.int().min(1).max(LARGEST_PAGE).optional()
const token = z.string().optional()

/** The operations of Run Command. @see Systems Manager API Reference, version 2014-11-06 */
export function commandOperations(commands: Commands, { region, account }: Architecture): readonly Operation[] {
  const everything = (action: string) => ({ action: `ssm:${action}`, resource: '*' })
  return [
    operation({
      name: 'SendCommand',
      input: shape({
        DocumentName: z.string().min(1),
        DocumentVersion: z.enum(['$DEFAULT', '$LATEST', '1']).optional(),
        InstanceIds: z.array(instanceId).max(MOST_INSTANCES).optional(),
        Targets: z.array(target).max(5).optional(),
        Parameters: z.record(z.string(), z.array(z.string())).optional(),
        TimeoutSeconds: z.int().min(30).max(2_592_000).optional(),
        Comment: z.string().max(100).optional(),
        MaxConcurrency: z.string().max(7).optional(),
        MaxErrors: z.string().max(7).optional(),
      }),
      authorize: ({ DocumentName, InstanceIds = [] }) => [
        { action: 'ssm:SendCommand', resource: documentArn(DocumentName, region) },
        ...(InstanceIds.length === 0 ? ['*'] : InstanceIds).map(id => ({
          action: 'ssm:SendCommand',
          resource: `arn:aws:ec2:${region}:${account}:instance/${id}`,
        })),
      ],
      async run(input) {
        const { DocumentVersion: _, ...rest } = input
        return { Command: describe(await commands.send(requestOf(rest))) }
      },
    }),
    operation({
      name: 'CancelCommand',
      input: shape({ CommandId: commandId, InstanceIds: z.array(instanceId).max(MOST_INSTANCES).optional() }),
      authorize: () => everything('CancelCommand'),
      run({ CommandId, InstanceIds = [] }) {
        commands.cancel(CommandId, InstanceIds)
        return {}
      },
    }),
    operation({
      name: 'ListCommands',
      input: shape({
        CommandId: commandId.optional(),
        InstanceId: instanceId.optional(),
        MaxResults: maxResults,
        NextToken: token,
      }),
      authorize: () => everything('ListCommands'),
      run({ CommandId, InstanceId, MaxResults = LARGEST_PAGE, NextToken }) {
        const found = chosen(commands, CommandId).filter(
          ({ invocations }) => InstanceId === undefined || invocations.some(each => each.instanceId === InstanceId),
        )
        const { page, next } = pageOf(found, ({ id }) => id, MaxResults, NextToken)
        return { Commands: page.map(each => describe(each)), NextToken: next }
      },
    }),
    operation({
      name: 'ListCommandInvocations',
      input: shape({
        CommandId: commandId.optional(),
        InstanceId: instanceId.optional(),
        Details: z.boolean().optional(),
        MaxResults: maxResults,
        NextToken: token,
      }),
      authorize: () => everything('ListCommandInvocations'),
      run({ CommandId, InstanceId, Details = false, MaxResults = LARGEST_PAGE, NextToken }) {
        const found = chosen(commands, CommandId).flatMap(command =>
          command.invocations
            .filter(each => InstanceId === undefined || each.instanceId === InstanceId)
            .map(invocation => ({ command, invocation })),
        )
        const keyOf = ({ command, invocation }: (typeof found)[number]) => `${command.id} ${invocation.instanceId}`
        const { page, next } = pageOf(found, keyOf, MaxResults, NextToken)
        return {
          CommandInvocations: page.map(each => describeInvocation(each.command, each.invocation, Details)),
          NextToken: next,
        }
      },
    }),
    operation({
      name: 'GetCommandInvocation',
      input: shape({ CommandId: commandId, InstanceId: instanceId, PluginName: z.string().min(4).optional() }),
      authorize: () => everything('GetCommandInvocation'),
      run({ CommandId, InstanceId, PluginName }) {
        if (PluginName !== undefined && PluginName !== PLUGIN) throw new InvalidPluginName()
        const command = commands.all.find(({ id }) => id === CommandId)
        const invocation = command?.invocations.find(each => each.instanceId === InstanceId)
        if (!command || !invocation) throw new InvocationDoesNotExist()
        return report(command, invocation)
      },
    }),
  ]
}

const chosen = (commands: Commands, id: string | undefined): readonly Command[] =>
  id === undefined ? commands.all : [commands.get(id)]

function documentArn(name: string, region: string): string {
  return name.startsWith('arn:') ? name : `arn:aws:ssm:${region}::document/${name}`
}

interface SendInput {
  readonly DocumentName: string
  readonly InstanceIds?: readonly string[] | undefined
  readonly Targets?: readonly { readonly Key: string; readonly Values: readonly string[] }[] | undefined
  readonly Parameters?: Readonly<Record<string, readonly string[]>> | undefined
  readonly TimeoutSeconds?: number | undefined
  readonly Comment?: string | undefined
  readonly MaxConcurrency?: string | undefined
  readonly MaxErrors?: string | undefined
}

function requestOf(input: SendInput): CommandRequest {
  const { DocumentName, InstanceIds = [], Targets = [], Parameters = {}, TimeoutSeconds, Comment = '' } = input
  const { MaxConcurrency = '50', MaxErrors = '0' } = input
  if (!DocumentName.endsWith(DOCUMENT)) {
    if (DocumentName.startsWith('AWS-')) throw new NotEmulated(`the document ${DocumentName} of SendCommand`)
    throw new InvalidDocument(DocumentName)
  }
  if (InstanceIds.length > 0 && Targets.length > 0) {
    throw new InvalidParameter('Either InstanceIds or Targets can be specified, not both.')
  }
  if (InstanceIds.length === 0 && Targets.length === 0)
    throw new InvalidParameter('InstanceIds or Targets is required.')
  const unknown = Targets.find(({ Key }) => !/^(tag:.+|tag-key|instanceids)$/i.test(Key))
  if (unknown) throw new NotEmulated(`the target ${unknown.Key} of SendCommand`)
  for (const count of [MaxConcurrency, MaxErrors]) countOf(count, 1)
  const { commands, workingDirectory = [], executionTimeout = [], ...others } = Parameters
  const [other] = Object.keys(others)
  if (other !== undefined) throw new InvalidParameters(`${DOCUMENT} has no parameter ${other}.`)
  if (commands === undefined) throw new InvalidParameters('Parameter "commands" requires a value.')
  const limit = Number(executionTimeout[0] ?? EXECUTION_TIMEOUT / 1000)
  if (!Number.isInteger(limit) || limit < 1 || limit > 172_800) {
    throw new InvalidParameters(`executionTimeout takes 1 to 172800 seconds, got ${executionTimeout[0]}.`)
  }
  const folder = workingDirectory[0]
  if (folder?.split('/').includes('..')) throw new InvalidParameters(`workingDirectory leads upwards: ${folder}`)
  return {
    documentName: DOCUMENT,
    instanceIds: [...new Set(InstanceIds)],
    targets: Targets.map(({ Key, Values }) => ({ key: Key, values: Values })),
    parameters: Parameters,
    commands,
    workingDirectory: folder === '' ? undefined : folder,
    executionTimeout: seconds(limit),
    deliveryTimeout: TimeoutSeconds === undefined ? DELIVERY_TIMEOUT : seconds(TimeoutSeconds),
    comment: Comment,
    maxConcurrency: MaxConcurrency,
    maxErrors: MaxErrors,
  }
}

function describe(command: Command) {
  const { id, request, status, statusDetails, requestedAt, expiresAt, invocations } = command
  const count = (...states: Invocation['status'][]) => invocations.filter(each => states.includes(each.status)).length
  return {
    CommandId: id,
    DocumentName: request.documentName,
    DocumentVersion: '$DEFAULT',
    Comment: request.comment,
    ExpiresAfter: timestamp(expiresAt),
    Parameters: request.parameters,
    InstanceIds: request.instanceIds,
    Targets: request.targets.map(({ key, values }) => ({ Key: key, Values: values })),
    RequestedDateTime: timestamp(requestedAt),
    Status: status,
    StatusDetails: statusDetails,
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    MaxConcurrency: request.maxConcurrency,
    MaxErrors: request.maxErrors,
    TargetCount: invocations.length,
    CompletedCount: count('Success', 'Failed', 'TimedOut', 'Cancelled'),
    ErrorCount: count('Failed', 'TimedOut'),
    DeliveryTimedOutCount: invocations.filter(each => each.statusDetails === 'DeliveryTimedOut').length,
    ServiceRole: '',
    TimeoutSeconds: Math.round((expiresAt - requestedAt) / 1000),
  }
}

function describeInvocation(command: Command, invocation: Invocation, details: boolean) {
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    InstanceName: invocation.instanceName,
    Comment: command.request.comment,
    DocumentName: command.request.documentName,
    DocumentVersion: '$DEFAULT',
    RequestedDateTime: timestamp(invocation.requestedAt),
    Status: invocation.status,
    StatusDetails: invocation.statusDetails,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: details ? [plugin(invocation)] : [],
    ServiceRole: '',
  }
}

const plugin = (invocation: Invocation) => ({
  Name: PLUGIN,
  Status: invocation.status,
  StatusDetails: invocation.statusDetails,
  ResponseCode: invocation.responseCode,
  ...(invocation.startedAt === undefined ? {} : { ResponseStartDateTime: timestamp(invocation.startedAt) }),
  ...(invocation.endedAt === undefined ? {} : { ResponseFinishDateTime: timestamp(invocation.endedAt) }),
  Output: truncated(
    invocation.errorOutput === ''
      ? invocation.output
      : `${invocation.output}\n----------ERROR-------\n${invocation.errorOutput}`,
    LONGEST_PLUGIN_OUTPUT,
  ),
  StandardOutputUrl: '',
  StandardErrorUrl: '',
})

const iso = (at: number | undefined) => (at === undefined ? '' : new Date(at).toISOString())

function report(command: Command, invocation: Invocation) {
  const { startedAt, endedAt } = invocation
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    Comment: command.request.comment,
    DocumentName: command.request.documentName,
    DocumentVersion: '$DEFAULT',
    PluginName: PLUGIN,
    ResponseCode: invocation.responseCode,
    ExecutionStartDateTime: iso(startedAt),
    ExecutionElapsedTime:
      startedAt === undefined || endedAt === undefined ? '' : `PT${((endedAt - startedAt) / 1000).toFixed(3)}S`,
    ExecutionEndDateTime: iso(endedAt),
    Status: invocation.status,
    StatusDetails: invocation.statusDetails,
    StandardOutputContent: truncated(invocation.output, LONGEST_OUTPUT),
    StandardOutputUrl: '',
    StandardErrorContent: truncated(invocation.errorOutput, LONGEST_ERROR),
    StandardErrorUrl: '',
    CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
  }
}

const MARK = '\n--output truncated--'

/** What is too long ends with the agent's own mark, within the limit. */
const truncated = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - MARK.length)}${MARK}`
